package im.martlet.conformance.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.ReceivedXml;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The quota of an account: when it is full, the account keeps its items, and the server refuses more with an error.
 */
class PepQuotaTest {
    private static final String NS = "http://jabber.org/protocol/pubsub";
    private static LocalServer server;

    @BeforeAll static void start() {
        server = LocalServer.start(LocalServer.SETTINGS
                + "[pubsub]\naccount_bytes = 2000\naccount_nodes = 3\nservice_bytes = 2000\ncreate = \"everybody\"\n");
    }

    @AfterAll static void stop() { server.close(); }

    private static ReceivedXml publish(Client client, String to, String node, String id, int bytes) throws Exception {
        return client.send("<iq type='set' id='p'" + to + "><pubsub xmlns='" + NS + "'><publish node='" + node
                + "'><item id='" + id + "'><x xmlns='urn:x'>" + "x".repeat(bytes)
                + "</x></item></publish><publish-options>"
                + "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>" + NS
                + "#publish-options</value></field><field var='pubsub#max_items'><value>max</value></field></x></publish-options></pubsub></iq>")
                .receive();
    }

    private static void assertRefused(ReceivedXml answer) {
        assertThat(answer.attribute("type")).isEqualTo("error");
        assertThat(answer.toString()).contains("resource-constraint", "2000 bytes");
    }

    private static void assertDone(ReceivedXml answer) {
        assertThat(answer.attribute("type")).as(answer.toString()).isEqualTo("result");
    }

    private static String ids(Client client, String to, String node) throws Exception {
        var items = client.send(
                "<iq type='get' id='g'" + to + "><pubsub xmlns='" + NS + "'><items node='" + node + "'/></pubsub></iq>")
                .receive().child("pubsub").orElseThrow().child("items").orElseThrow();
        return String.join(" ", items.children().stream().map(i -> i.attribute("id")).toList());
    }

    @Test void aFullAccountRefusesMoreItemsAndLosesNone() throws Exception {
        try (var client = server.login(server.account("romeo"), "x")) {
            for (String to : new String[]{ "", " to='pubsub.localhost'" }) {
                assertDone(publish(client, to, "n", "a", 900));
                assertDone(publish(client, to, "n", "b", 900));
                assertRefused(publish(client, to, "n", "c", 900));
                assertThat(ids(client, to, "n")).isEqualTo("a b");
                assertDone(publish(client, to, "n", "a", 800)); // replaces the old item
                assertRefused(publish(client, to, "n", "a", 1900));
                assertThat(ids(client, to, "n")).isEqualTo("b a");
                assertDone(client.send("<iq type='set' id='r'" + to + "><pubsub xmlns='" + NS
                        + "'><retract node='n'><item id='b'/></retract></pubsub></iq>").receive());
                assertDone(publish(client, to, "n", "c", 900));
                assertThat(ids(client, to, "n")).isEqualTo("a c");
            }
        }
    }

    /** XEP-0490 §4.5.3 "continue to process it normally", even if the displayed mark cannot be stored. */
    @Test void aFullAccountStillSendsChatMarkers() throws Exception {
        try (var romeo = server.login(server.account("romeo"), "x");
                var juliet = server.login(server.account("juliet"), "x")) {
            assertDone(publish(romeo, "", "n", "a", 1950));
            romeo.send("<message to='" + juliet.jid()
                    + "' type='chat' id='m'><displayed xmlns='urn:xmpp:chat-markers:0' id='x'/>"
                    + "<displayed xmlns='urn:xmpp:mds:displayed:0'><stanza-id xmlns='urn:xmpp:sid:0' by='"
                    + romeo.jid().bare() + "' id='1'/></displayed></message>");
            assertThat(juliet.receive().toString()).contains("urn:xmpp:chat-markers:0")
                    .doesNotContain("urn:xmpp:mds:displayed:0");
            romeo.fence();
        }
    }

    @Test void theNodesOfAnAccountAreLimited() throws Exception {
        try (var client = server.login(server.account("romeo"), "x")) {
            for (int i = 0; i < 3; i++) assertDone(publish(client, "", "n" + i, "a", 1));
            assertThat(publish(client, "", "n3", "a", 1).toString()).contains("resource-constraint", "3 nodes");
            assertDone(publish(client, "", "n2", "b", 1));
        }
    }

    @Test void fiftyDevicesPublishTheirKeysToOneNodeAtOnce() throws Exception {
        var account = LocalServer.shared().account("romeo");
        var clients = new java.util.ArrayList<Client>();
        for (int i = 0; i < 10; i++) clients.add(LocalServer.shared().login(account, "d" + i));
        for (int round = 0; round < 5; round++) for (int i = 0; i < 10; i++) {
            int device = 10 * round + i;
            clients.get(i).send("<iq type='set' id='" + device + "'><pubsub xmlns='" + NS
                    + "'><publish node='urn:xmpp:omemo:2:bundles'><item id='" + device
                    + "'><bundle xmlns='urn:xmpp:omemo:2'/></item></publish><publish-options>"
                    + "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>" + NS
                    + "#publish-options</value></field><field var='pubsub#max_items'><value>max</value></field>"
                    + "<field var='pubsub#access_model'><value>open</value></field></x></publish-options></pubsub></iq>");
        }
        for (int round = 0; round < 5; round++) for (Client client : clients) assertDone(client.receive());
        var stranger = LocalServer.shared().login(LocalServer.shared().account("juliet"), "x");
        var items = stranger.send("<iq type='get' id='g' to='" + account + "'><pubsub xmlns='" + NS
                + "'><items node='urn:xmpp:omemo:2:bundles'/></pubsub></iq>").receive();
        assertThat(items.child("pubsub").orElseThrow().child("items").orElseThrow().children()).hasSize(50);
        for (Client client : clients) client.close();
        stranger.close();
    }
}
