package im.martlet.storage;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.storage.account.Accounts;
import im.martlet.storage.account.Capabilities;
import im.martlet.storage.account.Rosters;
import im.martlet.storage.account.TestAccountStores;
import im.martlet.storage.account.UserDirectory;
import im.martlet.storage.pubsub.NodeAffiliations;
import im.martlet.storage.pubsub.NodeAffiliations.Affiliation;
import im.martlet.storage.pubsub.NodeItems;
import im.martlet.storage.pubsub.NodeItems.Fresh;
import im.martlet.storage.pubsub.NodeItems.Item;
import im.martlet.storage.pubsub.NodeItems.Range;
import im.martlet.storage.pubsub.NodeSubscriptions;
import im.martlet.storage.pubsub.NodeSubscriptions.Status;
import im.martlet.storage.pubsub.NodeSubscriptions.Subscription;
import im.martlet.storage.pubsub.Nodes;
import im.martlet.storage.pubsub.Nodes.Node;
import im.martlet.storage.pubsub.Nodes.Owner;
import im.martlet.storage.pubsub.TestNodeStores;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The stores of publish-subscribe nodes, the user directory and capabilities, on every database. */
interface NodesContract {
    Backend backend();

    Jid ROMEO = Jid.parse("romeo@example.net");
    Jid NURSE = Jid.parse("nurse@example.net/chamber");

    private Nodes nodes() { return TestNodeStores.nodes(backend().database()); }

    private NodeItems items() { return TestNodeStores.nodeItems(backend().database()); }

    private Accounts.Account account() {
        return TestAccountStores.accounts(backend().database())
                .create(Jid.parse("n" + UUID.randomUUID() + "@localhost"), List.of()).orElseThrow();
    }

    private static Owner service() { return Owner.service(UUID.randomUUID() + ".example"); }

    private Node node(Owner owner, String name) { return nodes().create(owner, name, "", ROMEO).orElseThrow(); }

    private static Fresh fresh(String name) { return new Fresh(name, NURSE, "<" + name + ">ä</" + name + ">"); }

    private Node again(Owner owner, Node node) { return nodes().find(owner, node.name()).orElseThrow(); }

    @Test default void nodesAreFoundByOwnerAndName() {
        var mine = Owner.of(account().key());
        var other = service();
        var made = nodes().create(mine, "urn:x", "a=b", ROMEO).orElseThrow();
        assertThat(nodes().find(mine, "urn:x")).contains(made);
        assertThat(nodes().find(other, "urn:x")).isEmpty();
        assertThat(nodes().create(mine, "urn:x", "", ROMEO)).as("there is one").isEmpty();
        assertThat(node(other, "urn:x").id()).isNotEqualTo(made.id());
        nodes().configure(made.id(), "c=d");
        assertThat(again(mine, made).config()).isEqualTo("c=d");
        nodes().delete(made.id());
        assertThat(nodes().find(mine, "urn:x")).isEmpty();
    }

    @Test default void nodesAreListedInPages() {
        var owner = service();
        for (String name : List.of("c", "a", "b")) node(owner, name);
        assertThat(nodes().list(owner, "", 2)).extracting(Node::name).containsExactly("a", "b");
        assertThat(nodes().list(owner, "b", 2)).extracting(Node::name).containsExactly("c");
    }

    @Test default void itemsAreOrderedByTheirLastPublication() {
        var owner = service();
        var node = node(owner, "n");
        items().publish(node.id(), List.of(fresh("a"), fresh("b")), 10);
        items().publish(node.id(), List.of(fresh("a")), 10);
        assertThat(items().page(node.id(), Range.ALL, 10, false)).extracting(Item::name).containsExactly("b", "a");
        assertThat(items().page(node.id(), Range.ALL, 1, true)).extracting(Item::name).containsExactly("a");
        var b = items().named(node.id(), List.of("b", "nothing")).getFirst();
        assertThat(b.publisher()).isEqualTo(NURSE);
        assertThat(b.payload()).isEqualTo("<b>ä</b>");
        assertThat(items().page(node.id(), new Range(b.place(), Long.MAX_VALUE), 10, false)).extracting(Item::name)
                .containsExactly("a");
        assertThat(items().page(node.id(), new Range(Long.MIN_VALUE, b.place()), 10, false)).isEmpty();
    }

    @Test default void nodesKeepTheNewestItemsAndCountThem() {
        var owner = service();
        var node = node(owner, "n");
        for (int i = 0; i < 5; i++) assertThat(items().publish(node.id(), List.of(fresh("i" + i)), 3).dropped())
                .isEqualTo(i < 3 ? List.of() : List.of("i" + (i - 3)));
        assertThat(items().page(node.id(), Range.ALL, 10, false)).extracting(Item::name).containsExactly("i2", "i3",
                "i4");
        assertThat(again(owner, node).items()).isEqualTo(3);
        assertThat(again(owner, node).bytes())
                .isEqualTo(3 * ("i0" + fresh("i0").payload()).getBytes(java.nio.charset.StandardCharsets.UTF_8).length);
        assertThat(items().retract(node.id(), List.of("i2", "i0"))).containsExactly("i2");
        assertThat(again(owner, node).items()).isEqualTo(2);
        items().forget(node.id(), items().named(node.id(), List.of("i4")).getFirst().place());
        assertThat(items().page(node.id(), Range.ALL, 10, false)).extracting(Item::name).containsExactly("i4");
        assertThat(nodes().usage(owner)).isEqualTo(new Nodes.Usage(1, again(owner, node).bytes()));
        items().forget(node.id(), Long.MAX_VALUE);
        assertThat(again(owner, node).items()).isZero();
        assertThat(nodes().usage(owner)).isEqualTo(new Nodes.Usage(1, 0));
        assertThat(nodes().usage(service())).isEqualTo(new Nodes.Usage(0, 0));
    }

    @Test default void newestItemsOfManyNodesComeFromOneQuery() {
        var accounts = IntStream.range(0, 3).mapToObj(_ -> account()).toList();
        for (var account : accounts) for (String name : List.of("x", "y", "z")) {
            var node = nodes().create(Owner.of(account.key()), name, "c=" + name, account.jid()).orElseThrow();
            items().publish(node.id(), List.of(fresh("old"), fresh(name)), 10);
            if (name.equals("y"))
                TestNodeStores.nodeAffiliations(backend().database()).put(node.id(), ROMEO, Affiliation.OUTCAST);
        }
        var rosters = TestAccountStores.rosters(backend().database());
        rosters.put(accounts.getFirst().key(), new Rosters.Item(ROMEO, "", Set.of("Friends"), Rosters.Subscription.FROM,
                false, false, Optional.empty(), true));
        TestAccountStores.blocklists(backend().database()).add(accounts.get(1).key(),
                List.of(ROMEO, accounts.get(1).jid()));
        var all = accounts.stream().map(Accounts.Account::jid).toList();
        var last = items().last(all, List.of("x", "y", "nothing"), ROMEO.withResource("orchard"), Long.MAX_VALUE);
        assertThat(last).hasSize(4).allSatisfy(l -> {
            assertThat(l.item().name()).isEqualTo(l.node());
            assertThat(l.config()).isEqualTo("c=" + l.node());
            assertThat(l.account()).as("the account has blocked him").isNotEqualTo(accounts.get(1).jid());
            assertThat(l.seesPresence()).isEqualTo(l.account().equals(accounts.getFirst().jid()));
            assertThat(l.groups()).isEqualTo(l.seesPresence() ? Set.of("Friends") : Set.of());
            assertThat(l.affiliation()).isEqualTo(l.node().equals("y") ? Optional.of("OUTCAST") : Optional.empty());
        });
        assertThat(items().last(List.of(accounts.get(1).jid()), List.of("x"), accounts.get(1).jid().withResource("r"),
                Long.MAX_VALUE)).as("an account never blocks itself").hasSize(1);
    }

    @Test default void itemsAfterAPlaceComeWithoutLargePayloads() {
        var account = account();
        var node = nodes().create(Owner.of(account.key()), "x", "", account.jid()).orElseThrow();
        var made = items().publish(node.id(), List.of(fresh("a"), fresh("b"), fresh("c"),
                new Fresh("d", NURSE, "<d>" + "x".repeat(NodeItems.SMALL) + "</d>")), 100).items();
        var last = items().last(List.of(account.jid()), List.of("x"), ROMEO, made.get(1).place());
        assertThat(last).extracting(l -> l.item().name()).containsExactly("c", "d");
        assertThat(last).extracting(NodeItems.Last::large).satisfiesExactly(large -> assertThat(large).isZero(),
                large -> assertThat(large).isGreaterThan(NodeItems.SMALL));
        assertThat(last.getLast().item().payload()).isEmpty();
        assertThat(last.getFirst().item().payload()).isEqualTo("<c>ä</c>");
        assertThat(last.getLast().key()).isEqualTo(node.id());
        assertThat(items().last(List.of(account.jid()), List.of("x"), ROMEO, Long.MAX_VALUE - 1))
                .as("always the newest").extracting(l -> l.item().name()).containsExactly("d");
        for (int i = 0; i < NodeItems.INTERIM; i++) items().publish(node.id(), List.of(fresh("i" + i)), 100);
        assertThat(items().last(List.of(account.jid()), List.of("x"), ROMEO, 0)).hasSize(NodeItems.INTERIM).first()
                .extracting(l -> l.item().name()).isEqualTo("i0");
    }

    @Test default void itemsAreSelectedByPublisherAndByPlace() {
        var node = node(service(), "n");
        var made = items().publish(node.id(),
                List.of(fresh("a"), new Fresh("b", ROMEO, ""), new Fresh("c", ROMEO.withResource("orchard"), ""),
                        new Fresh("d", Jid.parse("romeo@example.net.x"), "")),
                10).items();
        assertThat(items().page(node.id(), new Range(0, Long.MAX_VALUE, Optional.of(ROMEO), Set.of()), 10, false))
                .extracting(Item::name).containsExactly("b", "c");
        assertThat(items().page(node.id(), new Range(0, Long.MAX_VALUE, Optional.of(NURSE), Set.of()), 10, false))
                .extracting(Item::name).containsExactly("a");
        assertThat(items().page(node.id(),
                new Range(0, Long.MAX_VALUE, Optional.empty(),
                        Set.of(made.getFirst().place(), made.getLast().place(), 7L)),
                10, false)).extracting(Item::name).containsExactly("a", "d");
    }

    @Test default void serviceUsageIsCountedForEachCreator() {
        var owner = service();
        var romeos = node(owner, "n");
        var nurses = nodes().create(owner, "m", "", NURSE).orElseThrow();
        items().publish(romeos.id(), List.of(new Fresh("a", ROMEO, "<x/>"), new Fresh("b", ROMEO, "<x/>")), 10);
        items().publish(nurses.id(), List.of(new Fresh("a", ROMEO, "<long/>")), 10);
        assertThat(nodes().usage(owner)).isEqualTo(new Nodes.Usage(2, 18));
        assertThat(nodes().usage(owner.service(), ROMEO)).isEqualTo(new Nodes.Usage(1, 10));
        assertThat(nodes().usage(owner.service(), NURSE.bare())).isEqualTo(new Nodes.Usage(1, 8));
        items().retract(romeos.id(), List.of("a", "nothing"));
        items().forget(nurses.id(), Long.MAX_VALUE);
        assertThat(nodes().create(owner, "n", "", NURSE)).as("there is one").isEmpty();
        assertThat(nodes().usage(owner)).isEqualTo(new Nodes.Usage(2, 5));
        nodes().delete(romeos.id());
        nodes().delete(romeos.id());
        assertThat(nodes().usage(owner)).isEqualTo(new Nodes.Usage(1, 0));
        assertThat(nodes().usage(owner.service(), ROMEO)).isEqualTo(new Nodes.Usage(0, 0));
        assertThat(nodes().usage(service().service(), ROMEO)).isEqualTo(new Nodes.Usage(0, 0));
    }

    @Test default void itemPublishedTwiceAtOnceIsStoredAndCountedOnce() {
        var owner = service();
        var node = node(owner, "n");
        assertThat(items().publish(node.id(), List.of(fresh("a"), new Fresh("a", ROMEO, "<x/>")), 10).items())
                .extracting(Item::payload).containsExactly("<x/>");
        assertThat(again(owner, node)).extracting(Node::items, Node::bytes).containsExactly(1, 5L);
        items().publish(node.id(), List.of(new Fresh("a", ROMEO, "<yy/>"), new Fresh("b", ROMEO, "")), 1);
        assertThat(again(owner, node)).extracting(Node::items, Node::bytes).containsExactly(1, 1L);
    }

    @Test default void affiliationNoneDeletesTheAffiliation() {
        var owner = service();
        var node = node(owner, "n");
        var store = TestNodeStores.nodeAffiliations(backend().database());
        store.put(node.id(), ROMEO, Affiliation.MEMBER);
        store.put(node.id(), ROMEO, Affiliation.OWNER);
        store.put(node.id(), NURSE.bare(), Affiliation.PUBLISH_ONLY);
        assertThat(store.of(node.id(), ROMEO)).isEqualTo(Affiliation.OWNER);
        assertThat(store.all(node.id())).hasSize(2).containsEntry(NURSE.bare(), Affiliation.PUBLISH_ONLY);
        assertThat(store.across(owner, ROMEO, 10)).containsExactly(new NodeAffiliations.At("n", Affiliation.OWNER));
        assertThat(store.across(service(), ROMEO, 10)).isEmpty();
        store.put(node.id(), ROMEO, Affiliation.NONE);
        assertThat(store.of(node.id(), ROMEO)).isEqualTo(Affiliation.NONE);
        assertThat(store.all(node.id())).hasSize(1);
    }

    @Test default void subscriptionsAreReplacedAndDeletedWithTheirNode() {
        var owner = service();
        var node = node(owner, "n");
        var store = TestNodeStores.nodeSubscriptions(backend().database());
        var subscription = new Subscription(NURSE, "id", Status.SUBSCRIBED, "a=b");
        store.put(node.id(), new Subscription(NURSE, "id", Status.PENDING, ""));
        store.put(node.id(), subscription);
        store.put(node.id(), new Subscription(Jid.parse("nurse@example.net.x"), "other", Status.SUBSCRIBED, ""));
        assertThat(store.of(node.id(), NURSE)).contains(subscription);
        assertThat(store.of(node.id(), NURSE.bare())).isEmpty();
        assertThat(store.all(node.id())).hasSize(2);
        assertThat(store.count(node.id())).isEqualTo(2);
        assertThat(store.across(owner, NURSE.bare(), 10)).containsExactly(new NodeSubscriptions.To("n", subscription));
        assertThat(store.remove(node.id(), NURSE)).isTrue();
        assertThat(store.remove(node.id(), NURSE)).isFalse();
        nodes().delete(node.id());
        assertThat(store.all(node.id())).isEmpty();
    }

    @Test default void directorySearchMatchesBeginningsOfFields() {
        var store = TestAccountStores.userDirectory(backend().database());
        var account = account();
        var entry = new UserDirectory.Entry("Juliet", "Capulet", "100%_" + account.key().value(), "j@example.org");
        assertThat(store.of(account.key())).isEmpty();
        store.put(account.key(), new UserDirectory.Entry("", "", "", ""));
        store.put(account.key(), entry);
        assertThat(store.of(account.key())).contains(entry);
        var found = new UserDirectory.Found(account.jid(), entry);
        assertThat(store.search("localhost", new UserDirectory.Entry("jul", "", entry.nick(), ""), 10))
                .containsExactly(found);
        assertThat(store.search("localhost", new UserDirectory.Entry("", "", entry.nick().replace('0', '_'), ""), 10))
                .as("the underscore is not a pattern").isEmpty();
        assertThat(store.search("elsewhere.example", new UserDirectory.Entry("jul", "", "", ""), 10)).isEmpty();
        store.remove(account.key());
        assertThat(store.of(account.key())).isEmpty();
    }

    @Test default void capabilitiesAreStoredByHash() {
        var store = TestAccountStores.capabilities(backend().database());
        var hash = new Capabilities.Hash("sha-1", UUID.randomUUID().toString());
        assertThat(store.features(hash)).isEmpty();
        store.put(hash, Set.of("urn:x", "urn:x+notify"));
        store.put(hash, Set.of("forged"));
        assertThat(store.features(hash)).contains(Set.of("urn:x", "urn:x+notify"));
        assertThat(store.features(new Capabilities.Hash("sha-256", hash.value()))).isEmpty();
    }
}
