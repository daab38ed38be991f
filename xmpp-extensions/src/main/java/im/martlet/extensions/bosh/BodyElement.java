package im.martlet.extensions.bosh;

import im.martlet.stanza.Stanza;
import im.martlet.xml.Element;
import im.martlet.xml.ElementParser;
import im.martlet.xml.Node;
import im.martlet.xml.StreamHeader;
import im.martlet.xml.XmlException;
import im.martlet.xml.XmlLimits;
import im.martlet.xml.XmlStream;
import im.martlet.xml.XmlWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The element {@code <body/>} around the payloads of each request and answer (XEP-0124 §6).
 *
 * @param body the element
 * @param rid the number of the request
 */
record BodyElement(Element body, long rid) {
    static final String NS = "http://jabber.org/protocol/httpbind";
    private static final String XBOSH = "urn:xmpp:xbosh";
    private static final String OPENING =
            "<body xmlns='" + NS + "' xmlns:xmpp='" + XBOSH + "' xmlns:stream='http://etherx.jabber.org/streams'";
    private static final byte[] CONTEXT = "<requests>".getBytes(StandardCharsets.US_ASCII);
    private static final long MOST = 9_007_199_254_740_991L; // the largest rid (§14.1)

    /** Reads a request; empty if it is malformed. */
    static Optional<BodyElement> read(byte[] bytes, ElementParser parser, XmlLimits limits) {
        var found = new ArrayList<Element>(1);
        var xml = new XmlStream(parser, new XmlLimits(bytes.length + 1, limits.depth() + 1, limits.attributes()),
                new XmlStream.Receiver() {
                    @Override public void header(StreamHeader header) {}

                    @Override public void element(Element element) { found.add(element); }

                    @Override public void end() { found.clear(); }
                });
        try {
            xml.feed(ByteBuffer.wrap(CONTEXT));
            xml.feed(ByteBuffer.wrap(bytes));
        } catch (XmlException bad) {
            return Optional.empty();
        }
        if (found.size() != 1 || xml.pending() > 0 || !found.getFirst().is(NS, "body")
                || !found.getFirst().text().isBlank())
            return Optional.empty();
        var rid = number(found.getFirst(), "rid");
        return rid.isPresent() ? Optional.of(new BodyElement(found.getFirst(), rid.getAsLong())) : Optional.empty();
    }

    /** Returns a non-negative number; empty if the attribute is missing or malformed. */
    private static OptionalLong number(Element e, String attribute) {
        var text = e.attribute(attribute).filter(t -> t.matches("\\d{1,16}"));
        return text.isEmpty() || Long.parseLong(text.get()) > MOST ? OptionalLong.empty()
                : OptionalLong.of(Long.parseLong(text.get()));
    }

    OptionalLong number(String attribute) { return number(body, attribute); }

    Optional<String> attribute(String name) { return body.attribute(name).filter(value -> !value.isEmpty()); }

    boolean isRestart() {
        return body.attribute("{" + XBOSH + "}restart").filter(value -> value.equals("true") || value.equals("1"))
                .isPresent();
    }

    boolean isTerminate() { return body.attribute("type").filter("terminate"::equals).isPresent(); }

    /** Returns whether the request only polls for payloads. */
    boolean isEmpty() {
        return body.children().isEmpty() && !isRestart() && !isTerminate() && number("pause").isEmpty();
    }

    /**
     * Returns the payloads. Stanzas without a namespace of their own, as many clients send them, get that of clients
     * (XEP-0206 §2).
     */
    List<Element> payloads() {
        return body.children().stream().map(BodyElement::asClientStanza).toList();
    }

    private static Element asClientStanza(Element e) {
        if (!e.namespace().equals(NS)) return e;
        return e.renamed(Stanza.CLIENT, e.nodes().stream()
                .map(n -> n instanceof Element child ? asClientStanza(child) : n)
                .map(Node.class::cast).toList());
    }

    /**
     * Writes an answer.
     *
     * @param payloads elements with all their namespace declarations
     */
    static byte[] write(Map<String, String> attributes, List<byte[]> payloads) {
        var out = new XmlWriter().raw(OPENING);
        attributes.forEach(out::attribute);
        if (payloads.isEmpty()) return out.raw("/>").toBytes();
        out.raw(">");
        payloads.forEach(out::written);
        return out.raw("</body>").toBytes();
    }

    /**
     * Writes the last answer of a session (§17.2).
     *
     * @param condition the reason of the end; empty for a normal end
     */
    static byte[] terminal(String condition) {
        return write(
                condition.isEmpty() ? Map.of("type", "terminate") : Map.of("type", "terminate", "condition", condition),
                List.of());
    }
}
