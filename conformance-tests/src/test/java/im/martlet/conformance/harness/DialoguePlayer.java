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

/** One dialogue, played against one server, with accounts of its own. */
public final class DialoguePlayer {
    private static final Pattern SASL = Pattern.compile("\\$\\{(\\w+): (\\w+)( [^}]*)?}");

    private final Dialogue script;
    private final DialogueServers stage;
    private final LocalServer server;
    private final StreamTransport way;
    private final Map<String, Boolean> callers = new HashMap<>(); // servers and components: whether they have opened their connection
    private final Map<String, Jid> accounts = new HashMap<>(); // as in the script, to as on the server
    private final Map<String, Client> actors = new HashMap<>();
    private final Map<String, String> captured = new HashMap<>();
    private final Set<String> outside = new HashSet<>(); // clients that have not logged in
    private boolean failed;

    public DialoguePlayer(Dialogue script, DialogueServers stage) { this(script, stage, StreamTransport.TCP); }

    /** @param way how clients connect */
    public DialoguePlayer(Dialogue script, DialogueServers stage, StreamTransport way) {
        this.script = script;
        this.way = way;
        this.stage = stage;
        this.server = stage.server();
        script.kinds()
                .forEach((who, kind) -> { if (kind == Dialogue.Kind.SERVER) stage.announce(script.cast().get(who)); });
    }

    public void play(Dialogue.Line line) throws Exception {
        assumeFalse(failed, "an earlier line failed");
        failed = true;
        switch (line) {
            case Dialogue.Line.Connects c -> {
                actors.put(c.who(), switch (script.kinds().get(c.who())) {
                    case CLIENT -> way.authenticate(server, account(c.who())).bind(resource(c.who()));
                    case SERVER -> stage.toServers();
                    case COMPONENT -> stage.toComponents();
                });
                callers.put(c.who(), true);
            }
            case Dialogue.Line.Called c -> {
                actors.put(c.who(), stage.called(script.cast().get(c.who())));
                callers.put(c.who(), false);
            }
            case Dialogue.Line.Secures s -> actors.get(s.who())
                    .handshake(stage.certificate(script.cast().get(s.who()), s.believed()), callers.get(s.who()));
            case Dialogue.Line.Disconnects d -> {
                actors.get(d.who()).send("</stream:stream>");
                assertEquals(ReceivedXml.END, actors.get(d.who()).receive());
                assertEquals(ReceivedXml.CLOSED, actors.remove(d.who()).receive());
            }
            case Dialogue.Line.Vanishes v -> {
                actors.remove(v.who()).close();
                if (script.kinds().get(v.who()) == Dialogue.Kind.CLIENT)
                    server.awaitDetached(account(v.who()).withResource(resource(v.who())));
            }
            case Dialogue.Line.Expires e -> server.awaitGone(account(e.who()).withResource(resource(e.who())));
            case Dialogue.Line.ComesBack c -> actors.put(c.who(), way.authenticate(server, account(c.who())));
            case Dialogue.Line.Knocks k -> {
                var jid = account(k.who());
                actors.put(k.who(), server.connect().open(jid.domain()).secure(jid));
                outside.add(k.who());
            }
            case Dialogue.Line.Offered o -> {
                var wanted =
                        ReceivedXml.parse("<x xmlns='jabber:client'>" + fill(o.xml()) + "</x>").children().getFirst();
                var features = actors.get(o.who()).features;
                assertTrue(features.children().stream().anyMatch(e -> new ExpectedStanza(captured).matches(wanted, e)),
                        () -> "expected\n" + wanted + "\namong\n" + features);
            }
            case Dialogue.Line.Sends s -> {
                var actor = actors.get(s.who()).send(fill(s.xml()));
                if (s.xml().contains("<stream:stream")) {
                    if (callers.getOrDefault(s.who(), false)) actor.hear();
                    if (script.kinds().get(s.who()) == Dialogue.Kind.COMPONENT)
                        captured.put("${" + s.who() + "'s proof}",
                                FakeComponent.proof(actor.header.attribute("id"), DialogueServers.SECRET));
                }
            }
            case Dialogue.Line.Receives r -> {
                var expected = expected(r.who(), r.xml()).getFirst();
                var got = expected.name().equals("stream") ? header(r.who()) : actors.get(r.who()).heardOutcome();
                if (got.is("urn:xmpp:sm:3", "r") && !expected.name().equals("r"))
                    got = actors.get(r.who()).heardOutcome(); // which may come at any time
                if (got.child("bound").isPresent() || got.child("resumed").isPresent() || got.child("bind").isPresent())
                    outside.remove(r.who());
                var heard = got;
                assertTrue(new ExpectedStanza(captured).matches(expected, heard),
                        () -> "expected\n" + fill(r.xml()) + "\nbut got\n" + heard);
            }
            case Dialogue.Line.ReceivesAll r -> {
                var left = new ArrayList<>(expected(r.who(), r.xml()));
                while (!left.isEmpty()) {
                    var heard = actors.get(r.who()).receive();
                    assertTrue(
                            left.remove(left.stream().filter(e -> new ExpectedStanza(captured).matches(e, heard))
                                    .findFirst().orElse(null)),
                            () -> "expected one of\n" + left + "\nbut got\n" + heard);
                }
            }
            case Dialogue.Line.Silence s -> {
                settle();
                assertNull(actors.get(s.who()).peek());
            }
            case Dialogue.Line.Ended e -> assertEquals(e.condition(), actors.remove(e.who()).streamError());
        }
        failed = false;
    }

    /** Who is called hears a header each time; who calls has heard it as the answer to its own. */
    private ReceivedXml header(String who) throws Exception {
        var actor = actors.get(who);
        return (callers.get(who) ? actor : actor.hear()).header;
    }

    private List<ReceivedXml> expected(String who, String xml) {
        String content = switch (script.kinds().get(who)) {
            case CLIENT -> "jabber:client";
            case SERVER -> "jabber:server";
            case COMPONENT -> "jabber:component:accept";
        };
        return ReceivedXml.parse("<x xmlns='" + content + "' xmlns:stream='" + Client.STREAMS
                + "' xmlns:db='jabber:server:dialback'>" + fill(xml) + "</x>").children();
    }

    /** Two rounds of fences: what one sends another has then been answered, too. */
    private void settle() throws Exception {
        for (int round = 0; round < 2; round++) for (var actor : actors.entrySet())
            if (script.kinds().get(actor.getKey()) == Dialogue.Kind.CLIENT && !outside.contains(actor.getKey()))
                actor.getValue().fence();
    }

    private Jid account(String who) {
        var asWritten = script.cast().get(who);
        return accounts.computeIfAbsent(asWritten,
                text -> server.account(Jid.parse(text).local(), Jid.parse(text).domain()));
    }

    private static String resource(String who) { return who.replaceAll("\\W+", "-"); }

    private String fill(String xml) {
        for (var who : script.cast().keySet())
            xml = xml.replace("${" + who + "'s full JID}", account(who) + "/" + resource(who))
                    .replace("${" + who + "'s JID}", account(who).toString());
        for (var c : captured.entrySet()) xml = xml.replace(c.getKey(), c.getValue());
        return SASL.matcher(xml).replaceAll(m -> Matcher
                .quoteReplacement(word(m.group(1), m.group(2), m.group(3) == null ? "" : m.group(3).strip())));
    }

    /** {@code ${Juliet: WORD ARGUMENTS}}. */
    private String word(String who, String word, String argument) {
        var words = new SaslMessages(account(who), LocalServer.PASSWORD); // who need not be there themselves
        var parts = argument.split(" ");
        try {
            byte[] binding = parts.length > 1 ? SaslMessages.binding(actors.get(who), parts[1]) : new byte[0];
            return switch (word) {
                case "PLAIN" -> words.plain(argument);
                case "SCRAM" -> argument.isEmpty() ? words.scram() : words.scram(argument);
                case "robbed" -> words.scramWithoutHash(argument);
                case "proof" -> words.proof(parts[0], binding);
                case "answer" -> SaslMessages.answer(parts[0], binding);
                default -> throw new IllegalArgumentException(word);
            };
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Looks before anybody leaves: whoever is closed second may hear that the first is gone. */
    public void end() throws Exception {
        try {
            settle();
            assertTrue(actors.values().stream().allMatch(a -> a.peek() == null),
                    () -> "something was left unsaid: " + actors.values().stream().map(Client::peek).toList());
        } finally {
            for (Client actor : actors.values()) actor.close();
        }
    }
}
