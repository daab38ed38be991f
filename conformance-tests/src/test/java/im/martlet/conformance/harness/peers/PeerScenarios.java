package im.martlet.conformance.harness.peers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.ReceivedXml;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;

/** Scenarios between clients of two servers, for any kind of server. */
public final class PeerScenarios {
    private static final String NICK = "http://jabber.org/protocol/nick";
    private static final String INFO = "http://jabber.org/protocol/disco#info";

    private PeerScenarios() {}

    public static String message(String to, String id) {
        return "<message type='chat' id='" + id + "' to='" + to + "'><body>" + id + "</body></message>";
    }

    /** Exchanges a message each way. */
    public static void chat(Client first, Client second) throws Exception {
        first.send(message(second.jid().toString(), "m1"));
        until(second, "<message", "id='m1'");
        second.send(message(first.jid().toString(), "m2"));
        assertThat(until(first, "<message", "id='m2'")).contains("from='" + second.jid() + "'", "<body>m2</body>");
    }

    /** Subscribes the first client to the presence of the second. */
    public static void subscribe(Client first, Client second) throws Exception {
        for (Client client : new Client[]{ first, second })
            client.send("<iq type='get' id='r'><query xmlns='jabber:iq:roster'/></iq><presence/>");
        first.send("<presence type='subscribe' to='" + second.jid().bare() + "'/>");
        until(second, "type='subscribe'", "from='" + first.jid().bare() + "'");
        second.send("<presence type='subscribed' to='" + first.jid().bare() + "'/>");
        until(first, "<presence", "from='" + second.jid() + "'");
    }

    /** Checks that a server answers a ping, and that its disco replies contain {@code something}. */
    public static void asks(Client client, String server, String something) throws Exception {
        client.send("<iq type='get' id='p' to='" + server + "'><ping xmlns='urn:xmpp:ping'/></iq>");
        until(client, "<iq", "id='p'", "type='result'");
        client.send(
                "<iq type='get' id='d' to='" + server + "'><query xmlns='" + INFO + "'/></iq><iq type='get' id='i' to='"
                        + server + "'><query xmlns='http://jabber.org/protocol/disco#items'/></iq>");
        var info = until(client, "<iq", "id='d'", "type='result'");
        assertThat(info).contains("category='server'");
        assertThat(info + until(client, "<iq", "id='i'", "type='result'")).contains(something);
    }

    /** Returns whether a server answers a ping. */
    public static boolean reaches(Client client, String server) throws Exception {
        client.send("<iq type='get' id='reach' to='" + server + "'><ping xmlns='urn:xmpp:ping'/></iq>");
        return until(client, "<iq", "id='reach'").contains("type='result'");
    }

    /** The first client creates a room, the second enters, and each receives the other's message. */
    public static void meet(Client first, Client second, String room) throws Exception {
        first.send("<presence to='" + room + "/first'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
        until(first, "<presence", "code='110'");
        first.send("<iq type='set' id='c' to='" + room + "'><query xmlns='http://jabber.org/protocol/muc#owner'>"
                + "<x xmlns='jabber:x:data' type='submit'/></query></iq>");
        until(first, "<iq", "id='c'", "type='result'");
        second.send("<presence to='" + room + "/second'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
        until(second, "<presence", "code='110'");
        until(first, "<presence", "from='" + room + "/second'");
        first.send("<message type='groupchat' id='g1' to='" + room
                + "'><body>O, she doth teach the torches</body></message>");
        until(second, "<message", "torches", "from='" + room + "/first'");
        second.send("<message type='groupchat' id='g2' to='" + room + "'><body>to burn bright</body></message>");
        until(first, "<message", "burn bright", "from='" + room + "/second'");
        first.send("<presence type='unavailable' to='" + room + "/first'/>");
        until(second, "<presence", "unavailable", "from='" + room + "/first'");
    }

    /** The first client asks for nicknames in its capabilities (XEP-0115), and receives the second's nickname. */
    public static void hearsOfNickname(Client first, Client second) throws Exception {
        var features = new String[]{ INFO, NICK + "+notify" };
        var verification = Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1")
                .digest(("client/pc//" + first.jid() + "<" + String.join("<", features) + "<").getBytes(UTF_8)));
        subscribe(first, second);
        subscribe(second, first); // so that its server receives the capabilities
        first.send("<presence><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='urn:test' ver='"
                + verification + "'/></presence>");
        var answering = "<query xmlns='" + INFO + "' node='urn:test#" + verification
                + "'><identity category='client' type='pc' name='" + first.jid() + "'/>"
                + Arrays.stream(features).map(f -> "<feature var='" + f + "'/>").reduce("", String::concat)
                + "</query>";
        boolean published = false;
        for (ReceivedXml received = first.receive();; received = first.receive()) {
            if (received == ReceivedXml.CLOSED) throw new AssertionError("closed");
            if (received.name().equals("iq") && received.attribute("type").equals("get")
                    && received.toString().contains(INFO)) {
                first.send("<iq type='result' id='" + received.attribute("id") + "' to='" + received.attribute("from")
                        + "'>"
                        + answering + "</iq>");
                // both servers ask; the nickname is published once the second's server knows the capabilities
                boolean bySecond = Jid.parse(received.attribute("from")).domain().equals(second.jid().domain());
                if (bySecond && !published) second.send(
                        "<iq type='set' id='pub'><pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='"
                                + NICK + "'><item><nick xmlns='" + NICK
                                + "'>Jule</nick></item></publish></pubsub></iq>");
                published |= bySecond;
            }
            if (received.name().equals("message") && received.toString().contains("Jule")) {
                assertThat(received.attribute("from")).isEqualTo(second.jid().bare().toString());
                return;
            }
        }
    }

    /** Waits for an element that contains all these parts, and skips all elements before it. */
    public static String until(Client client, String... parts) throws Exception {
        for (ReceivedXml next = client.receive();; next = client.receive()) {
            String text = next.toString();
            if (Arrays.stream(parts).allMatch(text::contains)) return text;
            if (next == ReceivedXml.CLOSED) throw new AssertionError("closed before " + Arrays.toString(parts));
        }
    }
}
