package im.martlet.conformance.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.ReceivedXml;
import im.martlet.storage.key.LogId;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** XEP-0060 §16.4.4 item_expire: expired items are gone for all users, and free their space. */
class ItemExpiryTest {
    private static final LocalServer SERVER = LocalServer.shared();
    private static final String NS = "http://jabber.org/protocol/pubsub";
    private static final String NODE = "urn:example:expiring";

    private static ReceivedXml ask(Client client, String type, String payload) throws Exception {
        client.send("<iq type='" + type + "' id='q' to='pubsub.localhost'>" + payload + "</iq>");
        return client.receive();
    }

    private static ReceivedXml pubsub(Client client, String type, String payload) throws Exception {
        return ask(client, type, "<pubsub xmlns='" + NS + "'>" + payload + "</pubsub>");
    }

    private static ReceivedXml publish(Client client, String id) throws Exception {
        return pubsub(client, "set",
                "<publish node='" + NODE + "'><item id='" + id + "'><x xmlns='urn:x'/></item></publish>");
    }

    private static void assertDone(ReceivedXml answer) {
        assertThat(answer.attribute("type")).as(answer.toString()).isEqualTo("result");
    }

    private static void ageItems(Duration time) throws Exception {
        var now = Instant.now();
        try (var connection = DriverManager.getConnection(SERVER.database());
                var statement = connection.createStatement()) {
            assertThat(statement.executeUpdate(
                    "update pubsub_item set place = place - " + (LogId.first(now) - LogId.first(now.minus(time)))
                            + " where node = (select id from pubsub_node where name = '" + NODE + "')"))
                    .isEqualTo(2);
        }
    }

    @Test void expiredItemsAreGoneAndMakeRoom() throws Exception {
        try (var romeo = SERVER.login(SERVER.account("romeo"), "x");
                var juliet = SERVER.login(SERVER.account("juliet"), "x")) {
            var fields = new StringBuilder("<field var='FORM_TYPE'><value>" + NS + "#node_config</value></field>");
            for (var field : new String[][]{ { "item_expire", "3600" }, { "max_items", "2" },
                    { "publish_node_full", "reject" } })
                fields.append("<field var='pubsub#").append(field[0]).append("'><value>").append(field[1])
                        .append("</value></field>");
            assertDone(pubsub(romeo, "set", "<create node='" + NODE
                    + "'/><configure><x xmlns='jabber:x:data' type='submit'>" + fields + "</x></configure>"));
            for (String id : new String[]{ "a", "b" }) assertDone(publish(romeo, id));
            assertThat(publish(romeo, "c").toString()).contains("node-full");
            ageItems(Duration.ofHours(2));
            for (String all : new String[]{ "", "<item id='a'/>" })
                assertThat(pubsub(juliet, "get", "<items node='" + NODE + "'>" + all + "</items>").toString())
                        .doesNotContain("urn:x");
            assertThat(ask(juliet, "get", "<query xmlns='http://jabber.org/protocol/disco#items' node='" + NODE + "'/>")
                    .child("query").orElseThrow().children()).isEmpty();
            // no archived item precedes the result
            assertDone(ask(juliet, "set", "<query xmlns='urn:xmpp:mam:2' node='" + NODE + "'/>"));
            // no last item is sent, either
            assertDone(pubsub(juliet, "set", "<subscribe node='" + NODE + "' jid='" + juliet.jid() + "'/>"));
            assertDone(publish(romeo, "c"));
            assertThat(pubsub(romeo, "get", "<items node='" + NODE + "'/>").child("pubsub").orElseThrow().child("items")
                    .orElseThrow().children()).extracting(item -> item.attribute("id")).containsExactly("c");
        }
    }
}
