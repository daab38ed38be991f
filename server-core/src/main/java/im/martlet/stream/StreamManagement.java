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
 * XEP-0198: both sides acknowledge stanzas, and a session survives its connection. Every stanza that the server counts
 * as handled is committed: see {@link im.martlet.session.AckTracker}. The account's mailbox handles the elements of
 * this protocol, in order with the stanzas.
 */
@Xep(number = 198, title = "Stream Management", version = "1.6.3", note = "for clients")
public final class StreamManagement implements Extension, StreamFeature {
    static final String NS = Namespaces.STREAM_MANAGEMENT;
    private static final byte[] REQUEST = ("<r xmlns='" + NS + "'/>").getBytes(StandardCharsets.US_ASCII);

    /**
     * The section {@code [stream_management]}.
     *
     * @param resumption the time that a session waits for its client; 0 to allow no resumption
     * @param location the address where clients should connect to resume, as host:port; empty for the usual address
     * @param requestEvery the number of stanzas after which the server requests an acknowledgement
     * @param memory the bytes of unacknowledged stanzas that the server keeps for one client
     */
    public record Settings(@Reloadable @Default("\"10m\"") @Range(min = 0, max = 86_400) Duration resumption,
            @Reloadable @Default("\"\"") String location,
            @Reloadable @Default("25") @Range(min = 1, max = 1000) int requestEvery,
            @Reloadable @Default("\"512 KiB\"") @Range(min = 65_536) ByteSize memory) {}

    private final Supplier<Settings> current;

    @Inject StreamManagement(Supplier<Settings> current) { this.current = current; }

    @Override public List<Hook> hooks() {
        return List.of(Hook.streamFeature(this), Hook.onNonStanzaElement(NS, this::handle),
                Hook.bind2Request(NS, this::enableInline));
    }

    // ---- before a resource is bound

    /**
     * Offers nothing once there is a session. The client could have enabled it with the session (XEP-0386), and a
     * second offer would make some clients enable it twice.
     */
    @Override public List<Element> offer(StreamState state) {
        return state.isAuthenticated() && !state.isBound() ? List.of(element("sm")) : List.of();
    }

    /** Returns the element that offers it together with a login (§9.2). */
    Element inline() { return element("sm"); }

    @Override public boolean accepts(Element request) { return request.namespace().equals(NS); }

    @Override public Step negotiate(Element request, StreamState state) {
        if (!state.isAuthenticated() || !request.name().equals("resume")) // §3: first authentication, then resumption
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
                    new Step.Fail(StreamError.Condition.INTERNAL_SERVER_ERROR
                            .because("the server cannot look up the session now: try again later"));
            case Resumption.TooHigh(var sent) -> new Step.Fail(tooHigh(handled.getAsLong(), sent));
        });
    }

    // ---- after a resource is bound

    private void handle(Session session, Element element) {
        switch (element.name()) {
            case "a" -> acknowledged(session, element);
            case "r" -> {
                if (session.management().isEmpty())
                    send(session, failed(StanzaError.Condition.UNEXPECTED_REQUEST, OptionalLong.empty()));
                else {
                    // the link of now: after a resumption, <resumed/> tells the number to the new link
                    var requester = session.link();
                    session.receipts()
                            .whenSafe(handled -> send(requester, element("a").with("h", AckWindow.modulo(handled))));
                }
            }
            case "enable" -> send(session, enable(session, element));
            default -> send(session, failed(StanzaError.Condition.UNEXPECTED_REQUEST, OptionalLong.empty()));
        }
    }

    /** Enables it as a part of binding a resource (§9.1). */
    private Optional<Element> enableInline(Session session, Element element) {
        return Optional.of(element.name().equals("enable") ? enable(session, element)
                : failed(StanzaError.Condition.UNEXPECTED_REQUEST, OptionalLong.empty()));
    }

    private Element enable(Session session, Element enable) {
        if (session.management().isPresent())
            return failed(StanzaError.Condition.UNEXPECTED_REQUEST, OptionalLong.empty()); // §3: once
        var settings = current.get();
        boolean resume = enable.attribute("resume").filter(v -> v.equals("true") || v.equals("1")).isPresent()
                && settings.resumption().isPositive();
        var patience =
                requestedPatience(enable).filter(max -> max.compareTo(settings.resumption()) < 0)
                        .orElse(settings.resumption());
        var id = resume ? RandomIds.next() : "";
        session.manage(
                new StreamManagementTerms(id, patience, REQUEST, settings.requestEvery(), settings.memory().bytes()));
        var enabled = element("enabled");
        if (resume) enabled = enabled.with("id", id).with("resume", "true").with("max", patience.toSeconds());
        return resume && !settings.location().isEmpty() ? enabled.with("location", settings.location()) : enabled;
    }

    private static Optional<Duration> requestedPatience(Element enable) {
        try {
            return enable.attribute("max").map(Long::parseLong).filter(seconds -> seconds > 0).map(Duration::ofSeconds);
        } catch (NumberFormatException e) {
            return Optional.empty(); // an unreadable 'max' counts as none
        }
    }

    private static void acknowledged(Session session, Element a) {
        if (session.management().isEmpty()) {
            send(session, failed(StanzaError.Condition.UNEXPECTED_REQUEST, OptionalLong.empty()));
            return;
        }
        var handled = count(a);
        if (handled.isEmpty())
            session.link().end( // §4
                    StreamError.Condition.INVALID_XML.because("<a/> needs an 'h' from 0 to 4294967295"));
        else if (!session.acknowledge(handled.getAsLong()))
            session.link().end(tooHigh(handled.getAsLong(), session.sent()));
    }

    /** Returns the error for an acknowledgement of stanzas that were never sent (§6). */
    private static StreamError tooHigh(long handled, long sent) {
        return StreamError.Condition.UNDEFINED_CONDITION
                .because("the client acknowledged " + handled + " stanzas, but the server sent " + sent)
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

    private static void send(Session session, Element element) { send(session.link(), element); }

    private static void send(Link link, Element element) {
        link.send(new XmlWriter().element(element, "").toBytes());
    }
}
