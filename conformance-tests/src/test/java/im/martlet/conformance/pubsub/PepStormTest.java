package im.martlet.conformance.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.storage.account.Accounts;
import im.martlet.storage.account.Rosters;
import im.martlet.storage.account.Rosters.Subscription;
import im.martlet.storage.pubsub.NodeItems;
import im.martlet.storage.pubsub.Nodes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** An account with many contacts that publish much comes online: the test counts the queries to the database. */
class PepStormTest {
    private static final int CONTACTS = 200;
    private static final int NODES = 8;

    private static List<String> features() {
        return IntStream.range(0, NODES).mapToObj(i -> "urn:example:n" + i + "+notify").sorted().toList();
    }

    private static String hash() throws Exception {
        var text = "client/pc//Storm<" + features().stream().map(f -> f + "<").collect(Collectors.joining());
        return Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static void befriend(Rosters rosters, Accounts.Account one, Jid other) {
        rosters.put(one.key(),
                new Rosters.Item(other, "", Set.of(), Subscription.BOTH, false, false, Optional.empty(), true));
    }

    private static Accounts.Account find(LocalServer server, Jid account) {
        return server.server().injector().getInstance(Accounts.class).find(account).orElseThrow();
    }

    private static void publishEverything(LocalServer server, Accounts.Account account) {
        var injector = server.server().injector();
        for (int i = 0; i < NODES; i++) {
            var node = injector.getInstance(Nodes.class)
                    .create(Nodes.Owner.of(account.key()), "urn:example:n" + i, "ACCESS_MODEL=presence", account.jid())
                    .orElseThrow();
            injector.getInstance(NodeItems.class).publish(node.id(),
                    List.of(new NodeItems.Fresh("current", account.jid(), "<x xmlns='urn:example:x'>" + i + "</x>")),
                    1);
        }
    }

    private static long reads(LocalServer server, String text) throws Exception {
        try (var connection = DriverManager.getConnection(server.database());
                var statement = connection.createStatement();
                var rows = statement.executeQuery(
                        "select sum(execution_count) from information_schema.query_statistics where lower(sql_statement) like 'select%"
                                + text + "%' and sql_statement not like '%query_statistics%'")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @Test void theNumberOfQueriesDoesNotGrowWithTheNodes() throws Exception {
        try (var server = LocalServer.start(LocalServer.SETTINGS)) {
            var rosters = server.server().injector().getInstance(Rosters.class);
            var romeo = find(server, server.account("romeo"));
            var contacts = new ArrayList<Accounts.Account>();
            for (int i = 0; i < CONTACTS; i++) {
                var contact = find(server, server.account("contact"));
                befriend(rosters, contact, romeo.jid());
                befriend(rosters, romeo, contact.jid());
                publishEverything(server, contact);
                contacts.add(contact);
            }
            try (var connection = DriverManager.getConnection(server.database());
                    var statement = connection.createStatement()) {
                statement.execute("set query_statistics_max_entries 10000");
                statement.execute("set query_statistics true");
            }
            try (var client = server.login(romeo.jid(), "x")) {
                client.send("<presence><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='urn:storm' ver='"
                        + hash() + "'/></presence>");
                var notifications = new HashSet<String>();
                while (notifications.size() < CONTACTS * NODES) {
                    var next = client.receive();
                    if (next.name().equals("iq")) client.send("<iq type='result' to='localhost' id='"
                            + next.attribute("id")
                            + "'><query xmlns='http://jabber.org/protocol/disco#info'><identity category='client' type='pc' name='Storm'/>"
                            + features().stream().map(f -> "<feature var='" + f + "'/>").collect(Collectors.joining())
                            + "</query></iq>");
                    next.child("event").flatMap(e -> e.child("items"))
                            .ifPresent(
                                    items -> notifications.add(next.attribute("from") + " " + items.attribute("node")));
                }
                assertThat(reads(server, "pubsub_item"))
                        .as("queries about items, of %d contacts with %d nodes each", CONTACTS, NODES)
                        .isLessThanOrEqualTo((CONTACTS + 1 + 49) / 50);
                assertThat(reads(server, "capability"))
                        .as("queries about the features of the client and the number of known hashes")
                        .isLessThanOrEqualTo(2);
                long before = reads(server, "pubsub_");
                client.send(
                        "<presence><show>away</show><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='urn:storm' ver='"
                                + hash() + "'/></presence>");
                client.fence();
                client.fence();
                assertThat(reads(server, "pubsub_")).as("queries after another presence with the same capabilities")
                        .isEqualTo(before);
            }
        }
    }

    /** A large payload is not read together with the others, but is still sent. */
    @Test void largePayloadsAreSentToo() throws Exception {
        var server = LocalServer.shared();
        var romeo = find(server, server.account("romeo"));
        try (var client = server.login(romeo.jid(), "x")) {
            var texts = new HashSet<String>();
            for (int i = 0; i < NODES; i++) {
                var node = server.server().injector().getInstance(Nodes.class)
                        .create(Nodes.Owner.of(romeo.key()), "urn:example:n" + i, "ACCESS_MODEL=presence", romeo.jid())
                        .orElseThrow();
                server.server().injector().getInstance(NodeItems.class).publish(node.id(),
                        List.of(new NodeItems.Fresh("current", romeo.jid(),
                                "<x xmlns='urn:example:x'>" + "x".repeat(200_000) + i + "</x>")),
                        1);
                texts.add("x" + i);
            }
            client.send("<presence><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='urn:storm' ver='"
                    + hash() + "'/></presence>");
            while (!texts.isEmpty()) {
                var next = client.receive();
                if (next.name().equals("iq")) client.send("<iq type='result' to='localhost' id='" + next.attribute("id")
                        + "'><query xmlns='http://jabber.org/protocol/disco#info'><identity category='client' type='pc' name='Storm'/>"
                        + features().stream().map(f -> "<feature var='" + f + "'/>").collect(Collectors.joining())
                        + "</query></iq>");
                next.child("event").flatMap(e -> e.child("items")).flatMap(items -> items.child("item"))
                        .flatMap(item -> item.child("x"))
                        .ifPresent(x -> assertThat(texts.remove(x.text().substring(x.text().length() - 2))).isTrue());
            }
        }
    }
}
