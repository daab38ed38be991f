package im.martlet.conformance.harness;

import im.martlet.address.Jid;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** A client that visits rooms (XEP-0045). It skips elements until an expected one arrives. */
public record RoomVisitor(Client client) implements AutoCloseable {
    public static final String MUC = "http://jabber.org/protocol/muc";
    private static final AtomicInteger NUMBER = new AtomicInteger();

    public static RoomVisitor at(LocalServer server, String name) throws Exception {
        return new RoomVisitor(server.login(server.account(name), "x"));
    }

    public Jid jid() { return client.jid(); }

    public RoomVisitor send(String xml) throws IOException {
        client.send(xml);
        return this;
    }

    /** Waits for an element that contains all these parts, and skips all elements before it. */
    public ReceivedXml until(String... parts) throws Exception {
        for (ReceivedXml next = client.receive();; next = client.receive()) {
            String text = next.toString();
            if (Arrays.stream(parts).allMatch(text::contains)) return next;
            if (next == ReceivedXml.CLOSED || next == ReceivedXml.END)
                throw new AssertionError("ended before " + Arrays.toString(parts));
        }
    }

    /** Sends an IQ request, and waits for the reply. */
    public ReceivedXml ask(String type, String to, String payload) throws Exception {
        String id = "ask-" + NUMBER.incrementAndGet();
        send("<iq type='" + type + "' id='" + id + "' to='" + to + "'>" + payload + "</iq>");
        return until("id='" + id + "'");
    }

    /** Enters a room, and waits for all that the room sends on entering. */
    public RoomVisitor enter(String room, String nick) throws Exception {
        send("<presence to='" + room + "/" + nick + "'><x xmlns='" + MUC + "'/></presence>");
        until("<presence", "code='110'", "/" + nick);
        until("<subject");
        return this;
    }

    /** Creates a room. @param settings the room settings, without the prefix {@code muc#roomconfig_} */
    public RoomVisitor make(String room, String nick, Map<String, String> settings) throws Exception {
        enter(room, nick);
        return configure(room, settings);
    }

    public RoomVisitor configure(String room, Map<String, String> settings) throws Exception {
        String fields = settings.entrySet().stream()
                .map(s -> "<field var='muc#roomconfig_" + s.getKey() + "'>"
                        + Arrays.stream(s.getValue().split(",")).map(v -> "<value>" + v + "</value>")
                                .collect(Collectors.joining())
                        + "</field>")
                .collect(Collectors.joining());
        var answer = ask("set", room,
                "<query xmlns='" + MUC + "#owner'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>"
                        + MUC + "#roomconfig</value></field>" + fields + "</x></query>");
        if (!answer.attribute("type").equals("result")) throw new AssertionError("not configured: " + answer);
        return this;
    }

    /** Changes roles or affiliations. */
    public ReceivedXml administer(String room, String items) throws Exception {
        return ask("set", room, "<query xmlns='" + MUC + "#admin'>" + items + "</query>");
    }

    /** Sends a message, waits for the room's copy, and returns its archive id. */
    public String say(String room, String text) throws Exception {
        String id = "say-" + NUMBER.incrementAndGet();
        send("<message type='groupchat' id='" + id + "' to='" + room + "'><body>" + text + "</body></message>");
        return until("<message", "id='" + id + "'").child("stanza-id").map(e -> e.attribute("id")).orElse("");
    }

    /** Returns the condition of an error, or "" for another stanza. */
    public static String condition(ReceivedXml answer) {
        return answer.attribute("type").equals("error")
                ? answer.child("error").orElseThrow().children().getFirst().name() : "";
    }

    @Override public void close() throws IOException { client.close(); }
}
