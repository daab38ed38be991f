package im.martlet.im;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.auth.MemoryAccounts;
import im.martlet.config.Hosts;
import im.martlet.routing.Router;
import im.martlet.session.Account;
import im.martlet.session.AccountDirectory;
import im.martlet.session.AccountLogs;
import im.martlet.session.Credit;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Presence;
import im.martlet.stanza.Presence.Type;
import im.martlet.storage.account.Rosters;
import im.martlet.storage.db.StorageException;
import im.martlet.storage.key.AccountKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** Tests that a failure of the database does not make the rosters of two accounts contradict each other. */
class SubscriptionHandlerTest {
    private static final Jid JULIET = Jid.parse("juliet@localhost");
    private static final Jid ROMEO = Jid.parse("romeo@localhost");

    /** A store that can be read but not written. */
    private record FullDisk(Item... items) implements Rosters {
        @Override public Roster of(AccountKey account) { return new Roster(0, List.of(items)); }

        @Override public Optional<Item> item(AccountKey account, Jid contact) { return Optional.empty(); }

        @Override public long put(AccountKey account, Item item) {
            throw new StorageException("the disk is full", null);
        }

        @Override public Optional<Long> remove(AccountKey account, Jid contact) {
            throw new StorageException("the disk is full", null);
        }

        @Override public Optional<List<Change>> since(AccountKey account, long version) { return Optional.empty(); }

        @Override public int size(AccountKey account) { return 0; }
    }

    private static int routedWhile(BiConsumer<SubscriptionHandler, Account> something, Rosters.Item... known)
            throws Exception {
        var routed = new AtomicInteger();
        var accounts = new MemoryAccounts();
        accounts.create(JULIET, List.of());
        // the test sends no message, so nothing is logged
        var directory = new AccountDirectory(accounts, new AccountLogs(null, null));
        var router = new Router(new Hosts(() -> Set.of("localhost")), directory, () -> {
            routed.incrementAndGet();
            throw new IllegalStateException("there is no local delivery in this test");
        }, null, null);
        var subscribing =
                new SubscriptionHandler(new FullDisk(known), () -> new SubscriptionHandler.RosterLimit(10), router);
        var failure = new CompletableFuture<Throwable>();
        directory.tell(JULIET, Credit.UNLIMITED, account -> {
            try {
                something.accept(subscribing, account);
                failure.complete(null);
            } catch (StorageException e) {
                failure.complete(e);
            }
        });
        assertThat(failure.get()).isInstanceOf(StorageException.class);
        directory.awaitQuiet(Duration.ofSeconds(20));
        return routed.get();
    }

    @Test void unstoredRequestIsNotSentToTheContact() throws Exception {
        assertThat(routedWhile((subscribing, account) -> subscribing.outbound(account,
                Presence.of(Type.SUBSCRIBE, JULIET, ROMEO), StanzaTransaction.NONE))).isZero();
    }

    @Test void unstoredApprovalIsNotGranted() throws Exception { // RFC 6121 §3.4
        var approved =
                new Rosters.Item(ROMEO, "", Set.of(), Rosters.Subscription.NONE, false, true, Optional.empty(), true);
        assertThat(routedWhile(
                (subscribing, account) -> subscribing.inbound(account, Presence.of(Type.SUBSCRIBE, ROMEO, JULIET)),
                approved)).isZero();
    }
}
