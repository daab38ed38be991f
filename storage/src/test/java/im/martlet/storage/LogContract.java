package im.martlet.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.storage.account.TestAccountStores;
import im.martlet.storage.db.Database;
import im.martlet.storage.key.AccountKey;
import im.martlet.storage.log.Archive;
import im.martlet.storage.log.Archive.Entry;
import im.martlet.storage.log.Archive.Selection;
import im.martlet.storage.log.ArchivePreferences;
import im.martlet.storage.log.Journal.Write;
import im.martlet.storage.log.Outbox;
import im.martlet.storage.log.TestLogStores;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The writes of the journal, and the reading of account logs, on every database. */
interface LogContract {
    Backend backend();

    Jid JULIET = Jid.parse("juliet@example.com/balcony");
    Jid NURSE = Jid.parse("nurse@example.com/chamber");

    private Archive archive() { return TestLogStores.archive(backend().database()); }

    private AccountKey account() {
        return TestAccountStores.accounts(backend().database())
                .create(Jid.parse("u" + UUID.randomUUID() + "@localhost"), List.of()).orElseThrow().key();
    }

    static Entry entry(long id, Jid contact, boolean incoming, boolean history, String text) {
        return new Entry(id, contact, incoming, history, Optional.of("o-" + text), text.getBytes(UTF_8));
    }

    static Entry entry(long id, boolean incoming, String text) { return entry(id, JULIET, incoming, true, text); }

    /** Writes one unit and waits until it is committed. */
    static void write(Database database, Write... unit) {
        try (var journal = TestLogStores.journal(database)) {
            var safe = new CountDownLatch(1);
            journal.submit(List.of(unit), safe::countDown);
            assertThat(safe.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private AccountKey with(Entry... entries) {
        var account = account();
        for (Entry e : entries) write(backend().database(), new Write.Append(account, e));
        return account;
    }

    private static List<String> texts(List<Entry> entries) {
        return entries.stream().map(e -> new String(e.stanza(), UTF_8)).toList();
    }

    @Test default void entriesAreReadAsTheyWereWritten() {
        var account = with(entry(5, false, "five ♥"));
        var read = archive().page(account, Selection.all(), 10, false).getFirst();
        assertThat(read).usingRecursiveComparison().isEqualTo(entry(5, false, "five ♥"));
    }

    @Test default void pagesFromEitherEndAreInOrder() {
        var account = with(entry(1, true, "a"), entry(2, true, "b"), entry(3, true, "c"), entry(4, true, "d"));
        var all = Selection.all();
        assertThat(texts(archive().page(account, all, 2, false))).containsExactly("a", "b");
        assertThat(texts(archive().page(account, all, 2, true))).containsExactly("c", "d");
        assertThat(texts(archive().page(account, all.after(2), 9, false))).containsExactly("c", "d");
        assertThat(texts(archive().page(account, all.before(3), 1, true))).containsExactly("b");
        assertThat(texts(archive().page(account, all.after(1).before(4), 9, true))).containsExactly("b", "c");
        assertThat(archive().bounds(account)).contains(new Archive.Bounds(1, 4));
        assertThat(archive().bounds(account())).isEmpty();
    }

    @Test default void conversationsAreSelectedByBareOrFullAddress() {
        var account = with(entry(1, JULIET, true, true, "a"), entry(2, NURSE, true, true, "b"),
                entry(3, JULIET.bare(), false, true, "c"));
        assertThat(texts(archive().page(account,
                new Selection(Optional.of(JULIET.bare()), Long.MIN_VALUE, Long.MAX_VALUE, Set.of()), 9, false)))
                .containsExactly("a", "c");
        assertThat(texts(archive().page(account,
                new Selection(Optional.of(JULIET), Long.MIN_VALUE, Long.MAX_VALUE, Set.of()), 9, false)))
                .containsExactly("a");
    }

    @Test default void archivedEntriesAreFoundByTheirIds() {
        var account = with(entry(1, true, "a"), entry(2, JULIET, true, false, "passing"), entry(3, true, "c"));
        assertThat(archive().existing(account, List.of(1L, 2L, 4L))).containsExactly(1L);
        assertThat(texts(archive().page(account,
                new Selection(Optional.empty(), Long.MIN_VALUE, Long.MAX_VALUE, Set.of(1L, 3L)), 9, false)))
                .containsExactly("a", "c");
    }

    @Test default void deliveryMovesTheMarkAndDeletesUnarchivedEntries() {
        var account = with(entry(1, true, "a"), entry(2, JULIET, true, false, "passing"), entry(3, false, "mine"),
                entry(4, true, "d"));
        assertThat(archive().state(account, 10)).isEqualTo(new Archive.State(4, 0, 3));
        assertThat(archive().state(account, 2).waiting()).isEqualTo(2);
        assertThat(texts(archive().incoming(account, 0, 4, 9))).containsExactly("a", "passing", "d");
        write(backend().database(), new Write.Delivered(account, 2, true));
        write(backend().database(), new Write.Delivered(account, 1, false)); // the mark never moves back
        assertThat(archive().state(account, 10)).isEqualTo(new Archive.State(4, 2, 1));
        assertThat(texts(archive().incoming(account, 0, 9, 9))).containsExactly("a", "d");
    }

    @Test default void deliverySkipsEntriesBehindTheEarlierMark() {
        var account = with(entry(5, JULIET, true, false, "passing"));
        write(backend().database(), new Write.Delivered(account, 4, true));
        // only this test writes behind the mark, to show the entries that are read
        write(backend().database(), new Write.Append(account, entry(3, JULIET, true, false, "behind")));
        write(backend().database(), new Write.Delivered(account, 6, true));
        assertThat(texts(archive().incoming(account, 0, 9, 9))).containsExactly("behind");
    }

    @Test default void retractionsReplaceOnlyMessagesOfTheSameSide() {
        var account = with(entry(1, true, "a"), entry(2, false, "a"), entry(3, NURSE, true, true, "a"));
        var replace = new Write.Replace(account, JULIET.bare(), true, 9, "o-a",
                before -> ("was " + new String(before, UTF_8)).getBytes(UTF_8));
        write(backend().database(), replace,
                new Write.Replace(account, JULIET.bare(), true, 9, "o-unknown", before -> new byte[0]));
        assertThat(texts(archive().page(account, Selection.all(), 9, false))).containsExactly("was a", "a", "a");
    }

    @Test default void oldestEntriesArePrunedByAgeAndByNumber() {
        var account = with(entry(1, true, "a"), entry(2, true, "b"), entry(3, true, "c"), entry(4, true, "d"));
        assertThat(archive().prune(account, 2, OptionalLong.empty())).isEqualTo(1);
        assertThat(archive().prune(account, 0, OptionalLong.of(2))).isEqualTo(1);
        assertThat(archive().prune(account, 0, OptionalLong.of(2))).isZero();
        assertThat(texts(archive().page(account, Selection.all(), 9, false))).containsExactly("c", "d");
    }

    @Test default void unitsAreWrittenInTheOrderOfSubmission() throws Exception {
        var account = account();
        var order = new ArrayList<Integer>();
        var all = new CountDownLatch(3000);
        try (var journal = TestLogStores.journal(backend().database())) {
            for (int i = 1; i <= 3000; i++) {
                int number = i;
                journal.submit(i % 3 == 0 ? List.of() : List.of(new Write.Append(account, entry(i, true, "m" + i)),
                        new Write.Handled(account, "stream" + account.value(), i)), () -> {
                            order.add(number); // always the same thread
                            all.countDown();
                        });
            }
            assertThat(all.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(journal.waiting()).isZero();
        }
        assertThat(order).isSorted().hasSize(3000);
        assertThat(archive().page(account, Selection.all(), 5000, false)).hasSize(2000);
        assertThat(TestLogStores.resumableSessions(backend().database()).handled(account, "stream" + account.value()))
                .hasValue(2999);
    }

    @Test default void unwritableUnitsAreNotConfirmedAndDoNotBlockOthers() throws Exception {
        var account = account();
        var confirmed = new ArrayList<String>();
        try (var journal = TestLogStores.journal(backend().database())) {
            var last = new CountDownLatch(1);
            journal.submit(List.of(new Write.Append(account, entry(1, true, "before"))), () -> confirmed.add("before"));
            journal.submit(List.of(new Write.Append(account, new Entry(2, JULIET, true, true, Optional.empty(), null))),
                    () -> confirmed.add("nothing"));
            journal.submit(List.of(new Write.Append(account, entry(3, true, "after"))), () -> {
                confirmed.add("after");
                last.countDown();
            });
            assertThat(last.await(20, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(texts(archive().page(account, Selection.all(), 9, false))).containsExactly("before", "after");
        assertThat(confirmed).containsExactly("before", "after");
    }

    @Test default void failingReplacementsDoNotBlockOtherUnits() {
        var account = with(entry(1, true, "a"));
        try (var journal = TestLogStores.journal(backend().database())) {
            journal.submit(List.of(new Write.Replace(account, JULIET.bare(), true, 9, "o-a", _ -> {
                throw new IllegalStateException("damaged");
            })), () -> {});
            journal.submit(List.of(new Write.Append(account, entry(2, true, "after"))), () -> {});
        }
        assertThat(texts(archive().page(account, Selection.all(), 9, false))).containsExactly("a", "after");
    }

    /**
     * The journal may write pending units after the deletion of their account, so the server deletes once more after
     * them.
     */
    @Test default void secondDeletionOfAnAccountRemovesLateWrites() {
        var accounts = TestAccountStores.accounts(backend().database());
        var account = with(entry(1, true, "a"));
        var other = with(entry(1, true, "b"));
        assertThat(accounts.delete(account)).isTrue();
        assertThat(accounts.deletedOnce()).contains(account);
        assertThat(archive().bounds(account)).isEmpty();
        String stream = "gone-" + account.value();
        write(backend().database(), new Write.Append(account, entry(2, true, "late")),
                new Write.Handled(account, stream, 1),
                new Write.Announce(account, stream, 2, Instant.EPOCH), new Write.Delivered(account, 1, true));
        assertThat(accounts.delete(account)).isFalse();
        assertThat(accounts.deletedOnce()).doesNotContain(account);
        assertThat(archive().state(account, 9)).isEqualTo(new Archive.State(0, 0, 0));
        assertThat(archive().bounds(account)).isEmpty();
        assertThat(TestLogStores.resumableSessions(backend().database()).handled(account, stream)).isEmpty();
        assertThat(TestLogStores.outbox(backend().database()).count(stream)).isZero();
        assertThat(texts(archive().page(other, Selection.all(), 9, false))).containsExactly("b");
    }

    @Test default void resumableStreamsAreVisibleOnlyToTheirAccount() {
        var account = account();
        var streams = TestLogStores.resumableSessions(backend().database());
        write(backend().database(), new Write.Handled(account, "s-" + account.value(), 3));
        write(backend().database(), new Write.Handled(account, "s-" + account.value(), 7));
        assertThat(streams.handled(account, "s-" + account.value())).hasValue(7);
        assertThat(streams.handled(account(), "s-" + account.value())).isEmpty();
        streams.forget(Instant.now().minus(Duration.ofDays(1)));
        assertThat(streams.handled(account, "s-" + account.value())).hasValue(7);
    }

    @Test default void outboxEntriesAreReturnedInOrderWhenDue() {
        var account = account();
        String consumer = "c" + account.value();
        var now = Instant.parse("2026-11-24T12:00:00Z");
        write(backend().database(), new Write.Announce(account, consumer, 1, now),
                new Write.Announce(account, consumer, 2, now));
        var outbox = TestLogStores.outbox(backend().database());
        assertThat(outbox.due(consumer, now.minusSeconds(1), Set.of(), 9)).isEmpty();
        var due = outbox.due(consumer, now, Set.of(), 9);
        assertThat(due).extracting(Outbox.Item::entry).containsExactly(1L, 2L);
        outbox.postpone(due.getFirst(), now.plusSeconds(5));
        assertThat(outbox.due(consumer, now, Set.of(), 9)).as("the second entry must not overtake the first").isEmpty();
        assertThat(outbox.next(consumer, Set.of())).contains(now.plusSeconds(5));
        assertThat(outbox.due(consumer, now.plusSeconds(5), Set.of(), 9)).extracting(Outbox.Item::entry)
                .containsExactly(1L, 2L);
        outbox.done(due.getLast());
        assertThat(outbox.due(consumer, now, Set.of(), 9)).isEmpty();
        assertThat(outbox.due(consumer, now.plusSeconds(5), Set.of(), 9)).singleElement()
                .satisfies(item -> assertThat(item.attempts()).isEqualTo(1));
        assertThat(outbox.count(consumer)).isEqualTo(1);
    }

    @Test default void preferencesAreReplacedAsAWhole() {
        var account = account();
        var store = TestLogStores.archivePreferences(backend().database());
        assertThat(store.of(account)).isEqualTo(ArchivePreferences.Preferences.KEEP_ALL);
        var preferences = new ArchivePreferences.Preferences(ArchivePreferences.Standard.ROSTER, Set.of(JULIET),
                Set.of(NURSE.bare()));
        store.put(account,
                new ArchivePreferences.Preferences(ArchivePreferences.Standard.NEVER, Set.of(NURSE), Set.of()));
        store.put(account, preferences);
        assertThat(store.of(account)).isEqualTo(preferences);
    }
}
