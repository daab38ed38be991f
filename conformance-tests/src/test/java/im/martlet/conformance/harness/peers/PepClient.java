package im.martlet.conformance.harness.peers;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.ReceivedXml;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Collectors;

/**
 * A client that asks for moods and device lists in its capabilities (XEP-0115, XEP-0163), and answers disco requests.
 */
public record PepClient(Client client) {
    private static final String NS = "http://jabber.org/protocol/pubsub";
    private static final String DEVICES = "eu.siacs.conversations.axolotl.devicelist";
    private static final String BUNDLE = "eu.siacs.conversations.axolotl.bundles:31415";
    private static final String INFO = "<identity category='client' type='pc' name='Test'/><feature var='" + DEVICES
            + "+notify'/><feature var='urn:example:mood+notify'/>";

    public static String presence() throws Exception {
        var text = "client/pc//Test<" + DEVICES + "+notify<urn:example:mood+notify<";
        var hash = Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)));
        return "<presence><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='urn:test' ver='" + hash
                + "'/></presence>";
    }

    public ReceivedXml until(String... parts) throws Exception {
        for (ReceivedXml next = client.receive();; next = client.receive()) {
            if (next == ReceivedXml.CLOSED) throw new AssertionError("closed before " + Arrays.toString(parts));
            String text = next.toString();
            if (next.name().equals("iq") && next.attribute("type").equals("get") && text.contains("disco#info"))
                answer(next);
            else if (Arrays.stream(parts).allMatch(text::contains)) return next;
        }
    }

    private void answer(ReceivedXml question) throws Exception {
        String node = question.child("query").orElseThrow().attribute("node");
        client.send("<iq type='result' id='" + question.attribute("id") + "' to='" + question.attribute("from")
                + "'><query xmlns='http://jabber.org/protocol/disco#info'"
                + (node.isEmpty() ? "" : " node='" + node + "'") + ">" + INFO + "</query></iq>");
    }

    public void publish(String node, String payload) throws Exception {
        client.send("<iq type='set' id='p'><pubsub xmlns='" + NS + "'><publish node='" + node + "'><item id='current'>"
                + payload + "</item></publish><publish-options>"
                + "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>" + NS
                + "#publish-options</value></field><field var='pubsub#access_model'><value>"
                + (node.startsWith("eu") ? "open" : "presence")
                + "</value></field></x></publish-options></pubsub></iq>");
        assertThat(until("id='p'").attribute("type")).isEqualTo("result");
    }

    public ReceivedXml fetch(String owner, String node) throws Exception {
        client.send("<iq type='get' id='f' to='" + owner + "'><pubsub xmlns='" + NS + "'><items node='" + node
                + "'/></pubsub></iq>");
        return until("id='f'");
    }

    public static void befriend(PepClient one, PepClient other) throws Exception {
        for (PepClient p : new PepClient[]{ one, other })
            p.client.send("<iq type='get' id='r'><query xmlns='jabber:iq:roster'/></iq>" + PepClient.presence());
        one.client.send("<presence type='subscribe' to='" + other.client.jid().bare() + "'/>");
        other.until("type='subscribe'");
        other.client.send("<presence type='subscribed' to='" + one.client.jid().bare()
                + "'/><presence type='subscribe' to='" + one.client.jid().bare() + "'/>");
        one.until("type='subscribe'");
        one.client.send("<presence type='subscribed' to='" + other.client.jid().bare() + "'/>");
        other.until("type='subscribed'");
        // both sides are subscribed now
        for (PepClient p : new PepClient[]{ one, other }) p.client.send(PepClient.presence());
    }

    public static String devices(int... ids) {
        return "<list xmlns='eu.siacs.conversations.axolotl'>"
                + Arrays.stream(ids).mapToObj(id -> "<device id='" + id + "'/>").collect(Collectors.joining())
                + "</list>";
    }

    /** Each client publishes its devices and keys; the other receives the devices and fetches the keys. */
    public static void exchangeKeys(PepClient romeo, PepClient juliet) throws Exception {
        romeo.publish(BUNDLE,
                "<bundle xmlns='eu.siacs.conversations.axolotl'><identityKey>AA==</identityKey></bundle>");
        romeo.publish(DEVICES, devices(31415));
        juliet.until("message", "from='" + romeo.client.jid().bare() + "'", "31415");
        assertThat(juliet.fetch(romeo.client.jid().bare().toString(), BUNDLE).toString()).contains("AA==");
        juliet.publish(BUNDLE,
                "<bundle xmlns='eu.siacs.conversations.axolotl'><identityKey>BB==</identityKey></bundle>");
        juliet.publish(DEVICES, devices(27182));
        romeo.until("message", "from='" + juliet.client.jid().bare() + "'", "27182");
        assertThat(romeo.fetch(juliet.client.jid().bare().toString(), BUNDLE).toString()).contains("BB==");
    }
}
