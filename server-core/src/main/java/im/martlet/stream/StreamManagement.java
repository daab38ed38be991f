package im.martlet.stream;

import im.martlet.config.ByteSize;
import im.martlet.config.Default;
import im.martlet.config.Range;
import im.martlet.config.Reloadable;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.negotiation.SessionPort.Resumption;
import im.martlet.negotiation.Step;
import im.martlet.negotiation.StreamFeature;
import im.martlet.negotiation.StreamState;
import im.martlet.session.AckWindow;
import im.martlet.session.Link;
import im.martlet.session.Session;
import im.martlet.session.StreamManagementTerms;
import im.martlet.spec.Xep;
import im.martlet.stanza.RandomIds;
import im.martlet.stanza.StanzaError;
import im.martlet.stanza.StreamError;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import im.martlet.xml.XmlWriter;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * XEP-0198: stanzas are acknowledged in both directions, and a session outlives its connection. What the server says it
 * has handled is safe: see {@link im.martlet.session.AckTracker}. Words are heard on the account's mailbox, in order
 * among stanzas.
 */
@Xep(number = 198, title = "Stream Management", version = "1.6.3", note = "for clients")
public final class StreamManagement implements Extension, StreamFeature {
    static final String NS = Namespaces.STREAM_MANAGEMENT;
    private static final byte[] REQUEST = ("<r xmlns='" + NS + "'/>").getBytes(StandardCharsets.US_ASCII);

    /**
     * @param resumption how long a session waits for its client; with 0 none does
     * @param location where clients had better connect again, as host:port; empty for the usual place
     * @param requestEvery stanzas after which the client is asked what it has handled
     * @param memory for stanzas that one client has not acknowledged
     */
    public record Settings(@Reloadable @Default("\"10m\"") @Range(min = 0, max = 86_400) Duration resumption,
            @Reloadable @Default("\"\"") String location,
            @Reloadable @Default("25") @Range(min = 1, max = 1000) int requestEvery,
            @Reloadable @Default("\"512 KiB\"") @Range(min = 65_536) ByteSize memory) {}

    private final Supplier<Settings> current;

    @Inject StreamManagement(Supplier<Settings> current) { this.current = current; }

    @Override public List<Hook> hooks() {
        return List.of(Hook.streamFeature(this), Hook.onNonStanzaElement(NS, this::hear),
                Hook.bind2Request(NS, this::enableInline));
    }

    // ---- before a resource is bound

    /**
     * Not where there is a session already: it was on offer with that, and who takes this for an invitation would
     * enable it twice.
     */
    @Override public List<Element> offer(StreamState state) {
        return state.isAuthenticated() && !state.isBound() ? List.of(element("sm")) : List.of();
    }

    /** §9.2: it can be asked for together with a login. */
    Element inline() { return element("sm"); }

    @Override public boolean accepts(Element request) { return request.namespace().equals(NS); }

    @Override public Step negotiate(Element request, StreamState state) {
        if (!state.isAuthenticated() || !request.name().equals("resume")) // §3: the order is enforced
            return new Step.Reply(failed(StanzaError.Condition.UNEXPECTED_REQUEST, OptionalLong.empty()), state);
        var previous = request.attribute("previd");
        var handled = count(request);
        if (previous.isEmpty() || handled.isEmpty())
            return new Step.Reply(failed(StanzaError.Condition.BAD_REQUEST, OptionalLong.empty()), state);
        return new Step.Resume(previous.get(), handled.getAsLong(), outcome -> switch (outcome) {
            case Resumption.Resumed(_, var h) ->
                    new Step.Reply(element("resumed").with("previd", previous.get()).with("h", h), state);
            case Resumption.Gone(var h) -> new Step.Reply(failed(StanzaError.Condition.ITEM_NOT_FOUND, h), state);
            case Resumption.Unknown _ ->
                    new Step.Fail(StreamError.Condition.INTERNAL_SERVER_ERROR.because("ask again"));
            case Resumption.TooHigh(var sent) -> new Step.Fail(tooHigh(handled.getAsLong(), sent));
        });
    }

    // ---- after that

    private void hear(Session session, Element word) {
        switch (word.name()) {
            case "a" -> acknowledged(session, word);
            case "r" -> {
                if (session.management().isEmpty())
                    send(session, failed(StanzaError.Condition.UNEXPECTED_REQUEST, OptionalLong.empty()));
                else {
                    var asking = session.link(); // if the session goes on over another connection, that one is told by <resumed/> first
                    session.receipts()
                            .whenSafe(handled -> send(asking, element("a").with("h", AckWindow.modulo(handled))));
                }
            }
            case "enable" -> send(session, enable(session, word));
            default -> send(session, failed(StanzaError.Condition.UNEXPECTED_REQUEST, OptionalLong.empty()));
        }
    }

    /** §9.1: as part of binding a resource. */
    private Optional<Element> enableInline(Session session, Element word) {
        return Optional.of(word.name().equals("enable") ? enable(session, word)
                : failed(StanzaError.Condition.UNEXPECTED_REQUEST, OptionalLong.empty()));
    }

    private Element enable(Session session, Element enable) {
        if (session.management().isPresent())
            return failed(StanzaError.Condition.UNEXPECTED_REQUEST, OptionalLong.empty()); // §3: once
        var settings = current.get();
        boolean resume = enable.attribute("resume").filter(v -> v.equals("true") || v.equals("1")).isPresent()
                && settings.resumption().isPositive();
        var patience =
                wanted(enable).filter(max -> max.compareTo(settings.resumption()) < 0).orElse(settings.resumption());
        var id = resume ? RandomIds.next() : "";
        session.manage(
                new StreamManagementTerms(id, patience, REQUEST, settings.requestEvery(), settings.memory().bytes()));
        var enabled = element("enabled");
        if (resume) enabled = enabled.with("id", id).with("resume", "true").with("max", patience.toSeconds());
        return resume && !settings.location().isEmpty() ? enabled.with("location", settings.location()) : enabled;
    }

    private static Optional<Duration> wanted(Element enable) {
        try {
            return enable.attribute("max").map(Long::parseLong).filter(seconds -> seconds > 0).map(Duration::ofSeconds);
        } catch (NumberFormatException e) {
            return Optional.empty(); // a wish that cannot be read is none
        }
    }

    private static void acknowledged(Session session, Element a) {
        if (session.management().isEmpty()) {
            send(session, failed(StanzaError.Condition.UNEXPECTED_REQUEST, OptionalLong.empty()));
            return;
        }
        var handled = count(a);
        if (handled.isEmpty())
            session.link().end(StreamError.Condition.INVALID_XML.because("an <a/> needs an 'h' from 0 to 4294967295")); // §4
        else if (!session.acknowledge(handled.getAsLong()))
            session.link().end(tooHigh(handled.getAsLong(), session.sent()));
    }

    /** §6. */
    private static StreamError tooHigh(long handled, long sent) {
        return StreamError.Condition.UNDEFINED_CONDITION
                .because("you acknowledged " + handled + " stanzas, but were sent " + sent)
                .with(element("handled-count-too-high").with("h", handled).with("send-count", sent));
    }

    private static OptionalLong count(Element e) {
        try {
            return e.attribute("h").map(h -> OptionalLong.of(Integer.toUnsignedLong(Integer.parseUnsignedInt(h))))
                    .orElse(OptionalLong.empty());
        } catch (NumberFormatException notACount) {
            return OptionalLong.empty();
        }
    }

    private static Element failed(StanzaError.Condition condition, OptionalLong handled) {
        var failed = element("failed");
        if (handled.isPresent()) failed = failed.with("h", handled.getAsLong());
        return failed.with(condition.toElement());
    }

    private static Element element(String name) { return Element.of(NS, name); }

    private static void send(Session session, Element word) { send(session.link(), word); }

    private static void send(Link link, Element word) { link.send(new XmlWriter().element(word, "").toBytes()); }
}
