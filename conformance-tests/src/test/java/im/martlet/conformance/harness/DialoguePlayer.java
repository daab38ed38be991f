package im.martlet.conformance.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import im.martlet.address.Jid;
import im.martlet.conformance.harness.peers.FakeComponent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Plays one dialogue against a server. Each dialogue has its own accounts. */
public final class DialoguePlayer {
    private static final Pattern SASL = Pattern.compile("\\$\\{(\\w+): (\\w+)( [^}]*)?}");

    private final Dialogue dialogue;
    private final DialogueServers servers;
    private final LocalServer server;
    private final StreamTransport transport;
    private final Map<String, Boolean> initiators = new HashMap<>(); // by server or component: it opened the connection
    private final Map<String, Jid> accounts = new HashMap<>(); // by JID in the script
    private final Map<String, Client> actors = new HashMap<>();
    private final Map<String, String> captured = new HashMap<>();
    private final Set<String> notLoggedIn = new HashSet<>(); // clients that have not logged in
    private boolean failed;

    /** @param transport the transport of the clients */
    public DialoguePlayer(Dialogue dialogue, DialogueServers servers, StreamTransport transport) {
        this.dialogue = dialogue;
        this.transport = transport;
        this.servers = servers;
        this.server = servers.server();
        dialogue.kinds()
                .forEach((role, kind) -> {
                    if (kind == Dialogue.Kind.SERVER) servers.announce(dialogue.cast().get(role));
                });
    }

    /** Plays one line; skips it if an earlier line failed. */
    public void play(Dialogue.Line line) throws Exception {
        assumeFalse(failed, "an earlier line failed");
        failed = true;
        switch (line) {
            case Dialogue.Line.Connects c -> {
                actors.put(c.role(), switch (dialogue.kinds().get(c.role())) {
                    case CLIENT -> transport.authenticate(server, account(c.role())).bind(resource(c.role()));
                    case SERVER -> servers.toServers();
                    case COMPONENT -> servers.toComponents();
                });
                initiators.put(c.role(), true);
            }
            case Dialogue.Line.Called c -> {
                actors.put(c.role(), servers.called(dialogue.cast().get(c.role())));
                initiators.put(c.role(), false);
            }
            case Dialogue.Line.Secures s -> actors.get(s.role()).handshake(
                    servers.certificate(dialogue.cast().get(s.role()), s.trusted()), initiators.get(s.role()));
            case Dialogue.Line.Disconnects d -> {
                actors.get(d.role()).send("</stream:stream>");
                assertEquals(ReceivedXml.END, actors.get(d.role()).receive());
                assertEquals(ReceivedXml.CLOSED, actors.remove(d.role()).receive());
            }
            case Dialogue.Line.Vanishes v -> {
                actors.remove(v.role()).close();
                if (dialogue.kinds().get(v.role()) == Dialogue.Kind.CLIENT)
                    server.awaitDetached(account(v.role()).withResource(resource(v.role())));
            }
            case Dialogue.Line.Expires e -> server.awaitGone(account(e.role()).withResource(resource(e.role())));
            case Dialogue.Line.ComesBack c ->
                    actors.put(c.role(), transport.authenticate(server, account(c.role())));
            case Dialogue.Line.Knocks k -> {
                var jid = account(k.role());
                actors.put(k.role(), server.connect().open(jid.domain()).secure(jid));
                notLoggedIn.add(k.role());
            }
            case Dialogue.Line.Offered o -> checkOffer(o);
            case Dialogue.Line.Sends s -> send(s);
            case Dialogue.Line.Receives r -> checkReceived(r);
            case Dialogue.Line.ReceivesAll r -> checkReceived(r);
            case Dialogue.Line.Silence s -> {
                awaitAnswers();
                assertNull(actors.get(s.role()).peek());
            }
            case Dialogue.Line.Ended e -> assertEquals(e.condition(), actors.remove(e.role()).streamError());
        }
        failed = false;
    }

    private void checkOffer(Dialogue.Line.Offered line) {
        var expected = ReceivedXml.parse("<x xmlns='jabber:client'>" + fill(line.xml()) + "</x>").children().getFirst();
        var features = actors.get(line.role()).features;
        assertTrue(features.children().stream().anyMatch(e -> new ExpectedStanza(captured).matches(expected, e)),
                () -> "expected\n" + expected + "\namong\n" + features);
    }

    private void send(Dialogue.Line.Sends line) throws Exception {
        var actor = actors.get(line.role()).send(fill(line.xml()));
        if (!line.xml().contains("<stream:stream")) return;
        if (initiators.getOrDefault(line.role(), false)) actor.hear();
        if (dialogue.kinds().get(line.role()) == Dialogue.Kind.COMPONENT)
            captured.put("${" + line.role() + "'s proof}",
                    FakeComponent.proof(actor.header.attribute("id"), DialogueServers.SECRET));
    }

    private void checkReceived(Dialogue.Line.Receives line) throws Exception {
        var actor = actors.get(line.role());
        var expected = expected(line.role(), line.xml()).getFirst();
        var next = expected.name().equals("stream") ? header(line.role()) : actor.receiveOutcome();
        if (next.is("urn:xmpp:sm:3", "r") && !expected.name().equals("r"))
            next = actor.receiveOutcome(); // the server may ask for an acknowledgement at any time
        if (next.child("bound").isPresent() || next.child("resumed").isPresent() || next.child("bind").isPresent())
            notLoggedIn.remove(line.role());
        var received = next;
        assertTrue(new ExpectedStanza(captured).matches(expected, received),
                () -> "expected\n" + fill(line.xml()) + "\nbut got\n" + received);
    }

    private void checkReceived(Dialogue.Line.ReceivesAll line) throws Exception {
        var missing = new ArrayList<>(expected(line.role(), line.xml()));
        while (!missing.isEmpty()) {
            var received = actors.get(line.role()).receive();
            var match = missing.stream().filter(e -> new ExpectedStanza(captured).matches(e, received)).findFirst();
            assertTrue(missing.remove(match.orElse(null)),
                    () -> "expected one of\n" + missing + "\nbut got\n" + received);
        }
    }

    /** Returns the stream header: an initiator has received it already, as the reply to its own. */
    private ReceivedXml header(String role) throws Exception {
        var actor = actors.get(role);
        return (initiators.get(role) ? actor : actor.hear()).header;
    }

    private List<ReceivedXml> expected(String role, String xml) {
        String content = switch (dialogue.kinds().get(role)) {
            case CLIENT -> "jabber:client";
            case SERVER -> "jabber:server";
            case COMPONENT -> "jabber:component:accept";
        };
        return ReceivedXml.parse("<x xmlns='" + content + "' xmlns:stream='" + Client.STREAMS
                + "' xmlns:db='jabber:server:dialback'>" + fill(xml) + "</x>").children();
    }

    /** Waits for two fences of each client, so that replies of other clients have arrived too. */
    private void awaitAnswers() throws Exception {
        for (int round = 0; round < 2; round++) for (var actor : actors.entrySet())
            if (dialogue.kinds().get(actor.getKey()) == Dialogue.Kind.CLIENT && !notLoggedIn.contains(actor.getKey()))
                actor.getValue().fence();
    }

    private Jid account(String role) {
        var asWritten = dialogue.cast().get(role);
        return accounts.computeIfAbsent(asWritten,
                text -> server.account(Jid.parse(text).local(), Jid.parse(text).domain()));
    }

    private static String resource(String role) { return role.replaceAll("\\W+", "-"); }

    private String fill(String xml) {
        for (var role : dialogue.cast().keySet())
            xml = xml.replace("${" + role + "'s full JID}", account(role) + "/" + resource(role))
                    .replace("${" + role + "'s JID}", account(role).toString());
        for (var c : captured.entrySet()) xml = xml.replace(c.getKey(), c.getValue());
        return SASL.matcher(xml).replaceAll(m -> Matcher
                .quoteReplacement(saslMessage(m.group(1), m.group(2), m.group(3) == null ? "" : m.group(3).strip())));
    }

    /** Returns the SASL message for {@code ${Juliet: WORD ARGUMENT}}. */
    private String saslMessage(String role, String word, String argument) {
        var messages = new SaslMessages(account(role), LocalServer.PASSWORD); // the role need not be connected
        var parts = argument.split(" ");
        try {
            byte[] binding = parts.length > 1 ? SaslMessages.binding(actors.get(role), parts[1]) : new byte[0];
            return switch (word) {
                case "PLAIN" -> messages.plain(argument);
                case "SCRAM" -> argument.isEmpty() ? messages.scram() : messages.scram(argument);
                case "robbed" -> messages.scramWithoutHash(argument);
                case "proof" -> messages.proof(parts[0], binding);
                case "answer" -> SaslMessages.answer(parts[0], binding);
                default -> throw new IllegalArgumentException(word);
            };
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Fails if a role has received more than the script expects, then closes all connections. */
    public void end() throws Exception {
        try {
            awaitAnswers();
            assertTrue(actors.values().stream().allMatch(a -> a.peek() == null),
                    () -> "received, but not in the dialogue: "
                            + actors.values().stream().map(Client::peek).toList());
        } finally {
            for (Client actor : actors.values()) actor.close();
        }
    }
}
