package im.martlet.conformance.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.ReceivedXml;
import im.martlet.storage.pubsub.NodeSubscriptions;
import im.martlet.storage.pubsub.Nodes;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Users that try to fill the shared service, or to make the server read too much, are refused. */
class HostilePubSubTest {
    private static final String NS = "http://jabber.org/protocol/pubsub";
    private static final String SERVICE = " to='pubsub.localhost'";
    private static LocalServer server;

    @BeforeAll static void start() {
        server = LocalServer
                .start(LocalServer.SETTINGS + "[pubsub]\naccount_bytes = \"100 KiB\"\naccount_nodes = 20\n");
    }

    @AfterAll static void stop() { server.close(); }

    private static ReceivedXml ask(Client client, String to, String type, String pubsub) throws Exception {
        client.send("<iq type='" + type + "' id='q'" + to + ">" + pubsub + "</iq>");
        for (ReceivedXml next = client.receive();; next = client.receive()) if (next.name().equals("iq")) return next;
    }

    private static ReceivedXml set(Client client, String to, String payload) throws Exception {
        return ask(client, to, "set", "<pubsub xmlns='" + NS + "'>" + payload + "</pubsub>");
    }

    private static ReceivedXml owner(Client client, String to, String payload) throws Exception {
        return ask(client, to, "set", "<pubsub xmlns='" + NS + "#owner'>" + payload + "</pubsub>");
    }

    private static String form(String type, String fields) {
        return "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>" + NS + "#" + type
                + "</value></field>" + fields + "</x>";
    }

    private static void assertDone(ReceivedXml answer) {
        assertThat(answer.attribute("type")).as(answer.toString()).isEqualTo("result");
    }

    private static void assertRefused(ReceivedXml answer, String... conditions) {
        assertThat(answer.attribute("type")).isEqualTo("error");
        assertThat(answer.toString()).contains(conditions);
    }

    @Test void oneUserCannotFillTheSharedService() throws Exception {
        try (var mallory = server.login(server.account("mallory"), "x");
                var alice = server.login(server.account("alice"), "x")) {
            for (int i = 0; i < 20; i++) assertDone(set(mallory, SERVICE, "<create node='mallory" + i + "'/>"));
            assertRefused(set(mallory, SERVICE, "<create node='more'/>"), "resource-constraint", "20 nodes");
            assertRefused(set(mallory, SERVICE, "<create/>"), "resource-constraint");
            assertDone(set(alice, SERVICE, "<create node='alice'/>"));
            var large = "<publish node='%s'><item><x xmlns='urn:x'>" + "x".repeat(60_000) + "</x></item></publish>";
            assertDone(set(mallory, SERVICE, large.formatted("mallory0")));
            assertRefused(set(mallory, SERVICE, large.formatted("mallory1")), "resource-constraint", "102400 bytes");
            assertDone(set(alice, SERVICE, large.formatted("alice")));
            assertDone(owner(mallory, SERVICE, "<delete node='mallory0'/>"));
            assertDone(set(mallory, SERVICE, large.formatted("mallory1")));
            assertDone(set(mallory, SERVICE, "<create node='again'/>"));
        }
    }

    @Test void theSizeOfSettingsIsLimited() throws Exception {
        var groups = IntStream.range(0, 100).mapToObj(i -> "<value>" + i + "x".repeat(1000) + "</value>")
                .collect(Collectors.joining());
        var fields = "<field var='pubsub#roster_groups_allowed'>" + groups + "</field>";
        try (var mallory = server.login(server.account("mallory"), "x")) {
            assertRefused(
                    set(mallory, "", "<create node='n'/><configure>" + form("node_config", fields) + "</configure>"),
                    "not-acceptable", "all settings of a node together");
            assertRefused(
                    set(mallory, "", "<publish node='n'><item><x xmlns='urn:x'/></item></publish><publish-options>"
                            + form("publish-options", fields) + "</publish-options>"),
                    "not-acceptable");
            assertDone(set(mallory, "", "<create node='n'/>"));
            assertRefused(owner(mallory, "", "<configure node='n'>" + form("node_config", fields) + "</configure>"),
                    "not-acceptable");
            assertRefused(set(mallory, "", "<create node='" + "n".repeat(600) + "'/>"), "not-acceptable");
            var many = IntStream.range(0, 3000).mapToObj(i -> "<field var='f" + i + "'><value>x</value></field>")
                    .collect(Collectors.joining());
            // unknown fields are ignored
            assertDone(owner(mallory, "", "<configure node='n'>" + form("node_config", many) + "</configure>"));
        }
    }

    @Test void theDepthOfAPayloadIsLimited() throws Exception {
        try (var mallory = server.login(server.account("mallory"), "x")) {
            var publish = "<publish node='deep'><item id='a'>%s</item></publish>";
            assertDone(set(mallory, "",
                    publish.formatted("<x xmlns='urn:x'>" + "<x>".repeat(39) + "</x>".repeat(39) + "</x>")));
            assertRefused(
                    set(mallory, "",
                            publish.formatted("<x xmlns='urn:x'>" + "<x>".repeat(40) + "</x>".repeat(40) + "</x>")),
                    "not-acceptable", "nested");
        }
    }

    @Test void concurrentPublicationsAndClosingTheNodeKeepItConsistent() throws Exception {
        try (var one = server.login(server.account("one"), "x"); var two = server.login(one.jid().bare(), "y");
                var stranger = server.login(server.account("stranger"), "x")) {
            assertDone(set(one, "", "<create node='race'/><configure>" + form("node_config",
                    "<field var='pubsub#access_model'><value>open</value></field><field var='pubsub#max_items'><value>5</value></field>")
                    + "</configure>"));
            assertDone(set(stranger, " to='" + one.jid().bare() + "'",
                    "<subscribe node='race' jid='" + stranger.jid() + "'/>"));
            for (int i = 0; i < 100; i++) {
                var publish =
                        "<iq type='set' id='p" + i + "'><pubsub xmlns='" + NS + "'><publish node='race'><item id='"
                                + i % 10 + "'><x xmlns='urn:x'>%s</x></item></publish></pubsub></iq>";
                one.send(publish.formatted("one"));
                two.send(publish.formatted("two"));
                if (i == 50)
                    two.send("<iq type='set' id='close'><pubsub xmlns='" + NS + "#owner'><configure node='race'>"
                            + form("node_config", "<field var='pubsub#access_model'><value>whitelist</value></field>")
                            + "</configure></pubsub></iq>");
            }
            for (int i = 0; i < 100; i++) assertDone(one.receive());
            for (int i = 0; i < 101; i++) assertDone(two.receive());
            var items = ask(one, "", "get", "<pubsub xmlns='" + NS + "'><items node='race'/></pubsub>").child("pubsub")
                    .orElseThrow().child("items").orElseThrow();
            assertThat(items.children()).hasSize(5).extracting(item -> item.attribute("id")).doesNotHaveDuplicates();
            assertDone(set(one, "", "<publish node='race'><item id='secret'><x xmlns='urn:x'/></item></publish>"));
            stranger.send("<iq type='get' id='q' to='" + one.jid().bare() + "'><pubsub xmlns='" + NS
                    + "'><items node='race'/></pubsub></iq>");
            ReceivedXml next = stranger.receive();
            for (; !next.name().equals("iq"); next = stranger.receive())
                assertThat(next.toString()).doesNotContain("secret");
            assertRefused(next, "service-unavailable"); // as for an account that does not exist
        }
    }

    @Test void theSizeOfANodeListIsLimited() throws Exception {
        try (var mallory = server.login(server.account("mallory"), "x")) {
            for (int i = 0; i < 20; i++) assertDone(set(mallory, "",
                    "<create node='" + i + "n".repeat(500) + "'/><configure>"
                            + form("node_config",
                                    "<field var='pubsub#title'><value>" + "t".repeat(1000) + "</value></field>")
                            + "</configure>"));
            assertThat(ask(mallory, " to='" + mallory.jid().bare() + "'", "get",
                    "<query xmlns='http://jabber.org/protocol/disco#items'/>").toString().length()).isLessThan(100_000);
        }
    }

    @Test void subscriptionsAreLimitedAndExpiredOnesDoNotCount() throws Exception {
        var nodes = server.server().injector().getInstance(Nodes.class);
        var subscriptions = server.server().injector().getInstance(NodeSubscriptions.class);
        try (var alice = server.login(server.account("alice"), "x");
                var mallory = server.login(server.account("mallory"), "x")) {
            assertDone(set(alice, SERVICE, "<create node='full'/>"));
            long node = nodes.find(Nodes.Owner.service("pubsub.localhost"), "full").orElseThrow().id();
            for (int i = 0; i < 1000; i++)
                subscriptions.put(node, new NodeSubscriptions.Subscription(mallory.jid().withResource("r" + i), "s",
                        NodeSubscriptions.Status.SUBSCRIBED, "true 2020-01-01T00:00:00Z"));
            var subscribe = "<subscribe node='full' jid='" + mallory.jid() + "'/>";
            assertDone(set(mallory, SERVICE, subscribe));
            assertThat(subscriptions.count(node)).isEqualTo(1);
            for (int i = 0; i < 999; i++)
                subscriptions.put(node, new NodeSubscriptions.Subscription(mallory.jid().withResource("r" + i), "s",
                        NodeSubscriptions.Status.SUBSCRIBED, i % 3 == 0 ? "" : "false"));
            assertRefused(set(mallory, SERVICE, "<subscribe node='full' jid='" + mallory.jid().bare() + "'/>"),
                    "policy-violation", "too-many-subscriptions");
            assertDone(set(mallory, SERVICE, subscribe)); // this subscription exists already
            subscriptions.put(node, new NodeSubscriptions.Subscription(mallory.jid().withResource("r0"), "s",
                    NodeSubscriptions.Status.SUBSCRIBED, "true 2020-01-01T00:00:00Z"));
            assertDone(set(alice, SERVICE, "<publish node='full'><item><x xmlns='urn:x'/></item></publish>"));
            assertThat(subscriptions.count(node)).isEqualTo(999); // a publication removes expired subscriptions
        }
    }
}
