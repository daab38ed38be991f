package im.martlet.storage;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.storage.account.TestAccountStores;
import im.martlet.storage.key.AccountKey;
import im.martlet.storage.log.Archive;
import im.martlet.storage.log.Archive.Selection;
import im.martlet.storage.log.Journal.Write;
import im.martlet.storage.log.TestLogStores;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The answers of an archive at its limits, on every database. */
interface ArchiveLimitsContract {
    Backend backend();

    @Test default void selectionsAtTheLimitsReturnExactlyTheMatchingEntries() {
        var account = TestAccountStores.accounts(backend().database())
                .create(Jid.parse("b" + UUID.randomUUID() + "@localhost"), List.of()).orElseThrow().key();
        var archive = TestLogStores.archive(backend().database());
        var room = Jid.parse("room@conference.example");
        var nick = Jid.parse("room@conference.example/Nick");
        var domain = Jid.parse("example.org");
        var domainResource = Jid.parse("example.org/x");
        write(account, LogContract.entry(1, room, true, true, "room"), LogContract.entry(2, nick, true, true, "nick"),
                LogContract.entry(3, domain, true, true, "domain"),
                LogContract.entry(4, domainResource, false, true, "domainres"),
                LogContract.entry(Long.MAX_VALUE - 1, nick, true, true, "last"));
        assertThat(text(archive, account, sel(room, Long.MIN_VALUE, Long.MAX_VALUE))).containsExactly("room", "nick",
                "last");
        assertThat(text(archive, account, sel(nick, Long.MIN_VALUE, Long.MAX_VALUE))).containsExactly("nick", "last");
        assertThat(text(archive, account, sel(domain, Long.MIN_VALUE, Long.MAX_VALUE))).containsExactly("domain",
                "domainres");
        assertThat(text(archive, account, sel(domainResource, Long.MIN_VALUE, Long.MAX_VALUE)))
                .containsExactly("domainres");
        assertThat(
                text(archive, account, sel(Jid.parse("room@conference.example/nick"), Long.MIN_VALUE, Long.MAX_VALUE)))
                .isEmpty();
        assertThat(text(archive, account, Selection.all().after(3).before(2))).isEmpty();
        assertThat(text(archive, account, Selection.all().after(-1).before(2))).containsExactly("room");
        assertThat(text(archive, account, Selection.all().after(Long.MAX_VALUE))).isEmpty();
        assertThat(text(archive, account, Selection.all().before(Long.MIN_VALUE))).isEmpty();
        assertThat(text(archive, account, Selection.all().before(0))).isEmpty();
        assertThat(text(archive, account, new Selection(Optional.of(room), 1, Long.MAX_VALUE, Set.of(1L, 2L, 3L))))
                .containsExactly("nick");
        assertThat(text(archive, account, new Selection(Optional.of(nick), Long.MIN_VALUE, Long.MAX_VALUE,
                Set.of(1L, 2L, -5L, 0L, Long.MAX_VALUE)))).containsExactly("nick");
        assertThat(text(archive, account, new Selection(Optional.empty(), 4, 3, Set.of(1L, 2L, 3L, 4L)))).isEmpty();
        assertThat(text(archive, account,
                new Selection(Optional.empty(), Long.MIN_VALUE, Long.MAX_VALUE,
                        Set.of(4L, 1L, Long.MAX_VALUE - 1, 3L))))
                .containsExactly("room", "domain", "domainres", "last");
        assertThat(archive.page(account,
                new Selection(Optional.empty(), Long.MIN_VALUE, Long.MAX_VALUE, Set.of(4L, 1L, 3L)), 2, true))
                .extracting(Archive.Entry::id).containsExactly(3L, 4L);
        assertThat(archive.page(account,
                new Selection(Optional.empty(), Long.MIN_VALUE, Long.MAX_VALUE, Set.of(4L, 1L, 3L)), 2, false))
                .extracting(Archive.Entry::id).containsExactly(1L, 3L);
        assertThat(archive.existing(account, List.of(1L, 3L, 9L))).containsExactlyInAnyOrder(1L, 3L);
        assertThat(archive.existing(account, List.of(-1L, 0L, Long.MAX_VALUE, Long.MIN_VALUE))).isEmpty();
        assertThat(archive.existing(account, List.of())).isEmpty();
        assertThat(archive.prune(account, Long.MIN_VALUE, OptionalLong.empty())).isZero();
        assertThat(archive.prune(account, 0, OptionalLong.of(5))).isZero();
        assertThat(archive.prune(account, 0, OptionalLong.of(4))).isEqualTo(1);
        assertThat(archive.prune(account, Long.MAX_VALUE, OptionalLong.of(0))).isEqualTo(4);
    }

    private static Selection sel(Jid with, long after, long before) {
        return new Selection(Optional.of(with), after, before, Set.of());
    }

    private static List<String> text(Archive archive, AccountKey account, Selection s) {
        var forwards = archive.page(account, s, 9, false).stream().map(e -> new String(e.stanza())).toList();
        assertThat(archive.page(account, s, 9, true).stream().map(e -> new String(e.stanza())).toList())
                .isEqualTo(forwards);
        return forwards;
    }

    private void write(AccountKey account, Archive.Entry... entries) {
        var all = new ArrayList<Write>();
        for (var e : entries) all.add(new Write.Append(account, e));
        LogContract.write(backend().database(), all.toArray(Write[]::new));
    }
}
