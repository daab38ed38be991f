package im.martlet.storage;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.storage.account.Accounts;
import im.martlet.storage.account.Accounts.Verifier;
import im.martlet.storage.account.Rosters;
import im.martlet.storage.account.Rosters.Change;
import im.martlet.storage.account.Rosters.Item;
import im.martlet.storage.account.Rosters.Subscription;
import im.martlet.storage.account.TestAccountStores;
import im.martlet.storage.account.UserDirectory;
import im.martlet.storage.key.AccountKey;
import im.martlet.storage.log.ArchivePreferences;
import im.martlet.storage.log.Journal.Write;
import im.martlet.storage.log.LastSeen;
import im.martlet.storage.log.TestLogStores;
import im.martlet.storage.pubsub.Nodes;
import im.martlet.storage.pubsub.TestNodeStores;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The stores of accounts, on every database. */
interface StoresContract {
    Backend backend();

    Jid JULIET = Jid.parse("juliet@example.com");
    Jid NURSE = Jid.parse("nurse@example.com");
    Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

    private Jid fresh() { return Jid.parse("u" + UUID.randomUUID() + "@localhost"); }

    private AccountKey account() { return accounts().create(fresh(), List.of()).orElseThrow().key(); }

    private Accounts accounts() { return TestAccountStores.accounts(backend().database()); }

    private Rosters rosters() { return TestAccountStores.rosters(backend().database()); }

    private static Verifier verifier(String mechanism, int seed) {
        return new Verifier(mechanism, new byte[]{ 1, (byte) seed }, 4096, new byte[]{ 2, (byte) seed },
                new byte[]{ 3, (byte) seed });
    }

    private static Item item(Jid contact, String name, String... groups) {
        return new Item(contact, name, Set.of(groups), Subscription.NONE, false, false, Optional.empty(), true);
    }

    @Test default void accountsAreFoundByAddressAndMechanism() {
        var jid = fresh();
        var made =
                accounts().create(jid, List.of(verifier("SCRAM-SHA-1", 1), verifier("SCRAM-SHA-256", 2))).orElseThrow();
        assertThat(accounts().find(jid)).contains(made);
        var login = accounts().login(jid, "SCRAM-SHA-256").orElseThrow();
        assertThat(login.account()).isEqualTo(made);
        assertThat(login.verifier().salt()).containsExactly(1, 2);
        assertThat(login.verifier().serverKey()).containsExactly(3, 2);
        assertThat(accounts().login(jid, "SCRAM-SHA-512")).isEmpty();
        assertThat(accounts().find(fresh())).isEmpty();
    }

    @Test default void loginsAreNotCurrentAfterTheAccountHasChanged() {
        var accounts = accounts();
        var jid = fresh();
        var key = accounts.create(jid, List.of(verifier("SCRAM-SHA-1", 1))).orElseThrow().key();
        List<Consumer<AccountKey>> changes = List.of(k -> accounts.setVerifiers(k, List.of(verifier("SCRAM-SHA-1", 2))),
                k -> accounts.setEnabled(k, false), accounts::delete);
        for (var change : changes) {
            var login = accounts.login(jid, "SCRAM-SHA-1").orElseThrow();
            assertThat(login.current().getAsBoolean()).isTrue();
            change.accept(key);
            assertThat(login.current().getAsBoolean()).isFalse();
        }
    }

    @Test default void accountsAreCountedByIterationsForEachHost() {
        var host = UUID.randomUUID() + ".example";
        for (int i = 0; i < 5; i++) {
            int iterations = i < 3 ? 4096 : 10_000;
            var verifiers = Stream.of("SCRAM-SHA-1", "SCRAM-SHA-256")
                    .map(m -> new Verifier(m, new byte[1], iterations, new byte[1], new byte[1])).toList();
            accounts().create(Jid.of("u" + i, host, ""), verifiers).orElseThrow();
        }
        var census = TestAccountStores.accountCounts(backend().database());
        assertThat(census.iterations(host)).isEqualTo(Map.of(4096, 3L, 10_000, 2L));
        assertThat(census.iterations("nobody.example")).isEmpty();
    }

    @Test default void concurrentCreationsOfOneAddressMakeOneAccount() throws Exception {
        var jid = fresh();
        Callable<Boolean> create = () -> accounts().create(jid, List.of()).isPresent();
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            var made = pool.invokeAll(IntStream.range(0, 8).mapToObj(_ -> create).toList()).stream()
                    .filter(StoresContract::gotIt).count();
            assertThat(made).isEqualTo(1);
        }
    }

    private static boolean gotIt(Future<Boolean> asked) {
        try {
            return asked.get();
        } catch (ExecutionException | InterruptedException e) {
            throw new AssertionError("a late creation must return empty instead of failing", e);
        }
    }

    @Test default void newPasswordReplacesAllVerifiers() {
        var jid = fresh();
        var key = accounts().create(jid, List.of(verifier("SCRAM-SHA-1", 1), verifier("SCRAM-SHA-256", 1)))
                .orElseThrow().key();
        accounts().setVerifiers(key, List.of(verifier("SCRAM-SHA-256", 9)));
        assertThat(accounts().login(jid, "SCRAM-SHA-1")).isEmpty();
        assertThat(accounts().login(jid, "SCRAM-SHA-256").orElseThrow().verifier().salt()).containsExactly(1, 9);
    }

    @Test default void disabledAccountsKeepTheirData() {
        var jid = fresh();
        var key = accounts().create(jid, List.of()).orElseThrow().key();
        accounts().setEnabled(key, false);
        assertThat(accounts().find(jid).orElseThrow().enabled()).isFalse();
    }

    @Test default void sameNameOnTwoHostsIsTwoSeparateAccounts() {
        var name = "u" + UUID.randomUUID();
        var here = accounts().create(Jid.parse(name + "@one.example"), List.of()).orElseThrow();
        var there = accounts().create(Jid.parse(name + "@two.example"), List.of()).orElseThrow();
        rosters().put(here.key(), item(JULIET, "Juliet"));
        assertThat(rosters().of(there.key()).items()).isEmpty();
        accounts().delete(here.key());
        assertThat(accounts().find(there.jid())).isPresent();
        assertThat(accounts().list("two.example", "", 1000)).extracting(Accounts.Account::jid).contains(there.jid())
                .doesNotContain(here.jid());
    }

    @Test default void accountsAreListedInOrderInPages() {
        var host = "h" + UUID.randomUUID() + ".example";
        for (String name : List.of("carol", "alice", "bob")) accounts().create(Jid.of(name, host, ""), List.of());
        assertThat(accounts().count(host)).isEqualTo(3);
        assertThat(accounts().list(host, "", 2)).extracting(a -> a.jid().local()).containsExactly("alice", "bob");
        assertThat(accounts().list(host, "bob", 2)).extracting(a -> a.jid().local()).containsExactly("carol");
    }

    @Test default void deletedAccountsLeaveNoData() {
        var jid = fresh();
        var key = accounts().create(jid, List.of(verifier("SCRAM-SHA-1", 1))).orElseThrow().key();
        var database = backend().database();
        rosters().put(key, item(JULIET, "Juliet"));
        LogContract.write(database, new Write.Append(key, LogContract.entry(1, true, "a")),
                new Write.Handled(key, "s" + key.value(), 1),
                new Write.Departed(key, new LastSeen.Departure(NOON, "bye")),
                new Write.Announce(key, "push", 1, NOON));
        TestLogStores.archivePreferences(database).put(key,
                new ArchivePreferences.Preferences(ArchivePreferences.Standard.NEVER, Set.of(JULIET), Set.of(NURSE)));
        TestAccountStores.blocklists(database).add(key, List.of(JULIET));
        TestAccountStores.privateXml(database).put(key, "urn:x", "x", "<x/>");
        TestAccountStores.vCards(database).put(key, "<vCard/>", Optional.empty());
        TestAccountStores.userDirectory(database).put(key, new UserDirectory.Entry("a", "b", "c", "d"));
        TestNodeStores.nodes(database).create(Nodes.Owner.of(key), "urn:x", "", jid);
        assertThat(accounts().delete(key)).isTrue();
        assertThat(accounts().delete(key)).isFalse();
        assertThat(accounts().find(jid)).isEmpty();
        for (var table : im.martlet.storage.schema.DefaultSchema.DEFAULT_SCHEMA.getTables()) {
            var owner = table.field("account", Long.class);
            if (owner != null) assertThat(database.<Integer>read(sql -> sql.fetchCount(table, owner.eq(key.value()))))
                    .as(table.getName()).isZero();
        }
    }

    @Test default void rostersStoreAllFieldsOfAnItem() {
        var account = account();
        var whole = new Item(JULIET, "Juliet ♥", Set.of("Friends", "Capulets, the"), Subscription.BOTH, true, true,
                Optional.of("<presence/>"), true);
        rosters().put(account, item(JULIET, "old"));
        rosters().put(account, whole);
        assertThat(rosters().item(account, JULIET)).contains(whole);
        assertThat(rosters().of(account).items()).containsExactly(whole);
        assertThat(rosters().size(account)).isEqualTo(1);
    }

    @Test default void rostersReturnTheChangesSinceAVersion() {
        var account = account();
        long first = rosters().put(account, item(JULIET, "Juliet"));
        long second = rosters().put(account, item(NURSE, "Nurse"));
        long third = rosters().remove(account, JULIET).orElseThrow();
        assertThat(Stream.of(first, second, third)).isSorted().doesNotHaveDuplicates();
        assertThat(rosters().of(account).version()).isEqualTo(third);
        assertThat(rosters().since(account, first).orElseThrow())
                .containsExactly(new Change.Put(second, item(NURSE, "Nurse")), new Change.Removed(third, JULIET));
        assertThat(rosters().since(account, third)).contains(List.of());
        assertThat(rosters().since(account, third + 1)).as("a version that never existed").isEmpty();
        assertThat(rosters().remove(account, JULIET)).isEmpty();
    }

    @Test default void tooOldRosterVersionsAreUnknown() {
        var account = account();
        long first = rosters().put(account, item(NURSE, "Nurse"));
        for (int i = 0; i < 205; i++) {
            var contact = Jid.parse("c" + i + "@example.com");
            rosters().put(account, item(contact, ""));
            rosters().remove(account, contact);
        }
        assertThat(rosters().since(account, first)).isEmpty();
        assertThat(rosters().of(account).items()).extracting(Item::contact).containsExactly(NURSE);
    }

    @Test default void blockingTwiceStoresOneEntry() {
        var store = TestAccountStores.blocklists(backend().database());
        var account = account();
        store.add(account, List.of(JULIET, NURSE));
        store.add(account, List.of(JULIET));
        assertThat(store.of(account)).containsExactlyInAnyOrder(JULIET, NURSE);
        store.remove(account, List.of(JULIET));
        assertThat(store.of(account)).containsExactly(NURSE);
        store.clear(account);
        assertThat(store.of(account)).isEmpty();
    }

    @Test default void privateXmlIsStoredByQualifiedNameAndCountedInBytes() {
        var store = TestAccountStores.privateXml(backend().database());
        var account = account();
        assertThat(store.bytes(account)).isZero();
        store.put(account, "urn:x", "a", "<a/>");
        store.put(account, "urn:x", "a", "<a>ä</a>");
        store.put(account, "urn:y", "a", "<b/>");
        assertThat(store.get(account, "urn:x", "a")).contains("<a>ä</a>");
        assertThat(store.get(account, "urn:z", "a")).isEmpty();
        assertThat(store.bytes(account)).isEqualTo(13);
    }

    @Test default void vcardsAndDeparturesAreReplaced() {
        var account = account();
        var cards = TestAccountStores.vCards(backend().database());
        cards.put(account, "<vCard/>", Optional.of("hash"));
        assertThat(cards.photo(account)).contains("hash");
        cards.put(account, "<vCard><FN/></vCard>", Optional.empty());
        assertThat(cards.photo(account)).isEmpty();
        assertThat(cards.get(account)).contains("<vCard><FN/></vCard>");
    }

    @Test default void latestDepartureIsVisibleAtOnceAndWritten() {
        var account = account();
        var other = account();
        var latest = new LastSeen.Departure(NOON.plusSeconds(1), "b");
        for (int i = 0; i < 2; i++) { // first an insert, then an update
            try (var journal = TestLogStores.journal(backend().database())) {
                var seen = TestLogStores.lastSeen(backend().database(), journal);
                seen.put(account, new LastSeen.Departure(NOON, "a"));
                seen.put(other, new LastSeen.Departure(NOON, "c"));
                seen.put(account, latest);
                assertThat(seen.of(account)).contains(latest);
            }
            assertThat(written(account)).contains(latest);
            assertThat(written(other)).contains(new LastSeen.Departure(NOON, "c"));
        }
    }

    private Optional<LastSeen.Departure> written(AccountKey account) {
        try (var journal = TestLogStores.journal(backend().database())) {
            return TestLogStores.lastSeen(backend().database(), journal).of(account);
        }
    }

    @Test default void departuresOfDeletedAccountsAreNotStored() {
        var account = account();
        accounts().delete(account);
        try (var journal = TestLogStores.journal(backend().database())) {
            TestLogStores.lastSeen(backend().database(), journal).put(account, new LastSeen.Departure(NOON, "bye"));
        }
        assertThat(written(account)).isEmpty();
    }
}
