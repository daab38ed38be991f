package im.martlet.websocket;

import im.martlet.stanza.RandomIds;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StreamError;
import im.martlet.stream.StandaloneElements;
import im.martlet.stream.StreamFormat;
import im.martlet.xml.Element;
import im.martlet.xml.ElementParser;
import im.martlet.xml.Namespaces;
import im.martlet.xml.StreamHeader;
import im.martlet.xml.StreamNamespaces;
import im.martlet.xml.XmlException;
import im.martlet.xml.XmlException.Condition;
import im.martlet.xml.XmlLimits;
import im.martlet.xml.XmlStream;
import im.martlet.xml.XmlWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The format of RFC 7395: each message is one whole element with all its namespace declarations (§3.3). {@code <open/>}
 * and {@code <close/>} replace the start tag and the end tag of a stream.
 */
final class WebSocketStreamFormat implements StreamFormat {
    private static final String NS = "urn:ietf:params:xml:ns:xmpp-framing";
    private static final StreamNamespaces NAMESPACES =
            new StreamNamespaces(Stanza.CLIENT, Map.of("stream", Namespaces.STREAMS));
    /** The start tag of a document that contains all messages; it declares no namespace. */
    private static final byte[] CONTEXT = "<messages>".getBytes(StandardCharsets.US_ASCII);

    private final XmlStream.Receiver receiver;
    private final XmlStream xml;
    private final List<Element> found = new ArrayList<>(1); // in the current message
    private boolean contextClosed; // by an end tag without a start tag
    private boolean expectsOpen = true;

    WebSocketStreamFormat(ElementParser parser, XmlLimits limits, XmlStream.Receiver receiver) {
        this.receiver = receiver;
        this.xml = new XmlStream(parser, limits, new XmlStream.Receiver() {
            @Override public void header(StreamHeader header) {}

            @Override public void element(Element element) { found.add(element); }

            @Override public void end() { contextClosed = true; }
        });
        try {
            xml.feed(ByteBuffer.wrap(CONTEXT));
        } catch (XmlException e) {
            throw new IllegalStateException(e);
        }
    }

    // ---- input

    @Override public void feed(ByteBuffer message) throws XmlException {
        if (!message.hasRemaining() || message.get(message.position()) != '<')
            throw new XmlException(Condition.BAD_FORMAT, "a message must begin with <"); // §3.3.3
        found.clear();
        xml.feed(message);
        if (contextClosed) throw new XmlException(Condition.NOT_WELL_FORMED, "an end tag has no start tag");
        if (xml.pending() > 0) throw new XmlException(Condition.NOT_WELL_FORMED, "the element is not complete");
        if (found.size() != 1)
            throw new XmlException(Condition.BAD_FORMAT, "a message must contain exactly one element");
        deliver(found.getFirst());
    }

    private void deliver(Element e) throws XmlException {
        if (e.is(NS, "close")) receiver.end();
        else if (expectsOpen) {
            if (!e.is(NS, "open"))
                throw new XmlException(Condition.BAD_FORMAT,
                        "the stream must begin with <open/> in the namespace " + NS);
            expectsOpen = false;
            receiver.header(header(e));
        } else if (e.namespace().equals(NS))
            throw new XmlException(Condition.BAD_FORMAT, "the stream is open, so <" + e.name() + "/> is not allowed");
        else receiver.element(e);
    }

    /** Returns the header that means the same in the format of RFC 6120. */
    private static StreamHeader header(Element open) {
        return new StreamHeader(open.renamed(Namespaces.STREAMS, List.of()).named("stream"), NAMESPACES);
    }

    @Override public void restart() { expectsOpen = true; }

    @Override public void stop() {} // only STARTTLS needs it, which WebSockets do not have

    @Override public void limits(XmlLimits limits) { xml.limits(limits); }

    // ---- output

    @Override public byte[] header(String from, String to) {
        var open =
                Element.of(NS, "open").with("id", RandomIds.next()).with("version", "1.0").with(Element.XML_LANG, "en");
        if (!from.isEmpty()) open = open.with("from", from);
        return bytes(to.isEmpty() ? open : open.with("to", to));
    }

    @Override public List<byte[]> pieces(List<byte[]> elements) {
        return elements.stream().map(StandaloneElements::of).toList();
    }

    /** §3.4, §3.6. A redirected client gets the new address in {@code <close/>} (§3.6.1). */
    @Override public List<byte[]> end(@Nullable StreamError error) {
        var close = Element.of(NS, "close");
        if (error == null) return List.of(bytes(close));
        if (error.condition() == StreamError.Condition.SEE_OTHER_HOST)
            return List.of(bytes(close.with("see-other-uri", "wss://" + error.content() + WebSocketStreams.PATH)));
        return Stream.of(StandaloneElements.of(error.toXml().getBytes(StandardCharsets.UTF_8)), bytes(close)).toList();
    }

    private static byte[] bytes(Element element) { return new XmlWriter().element(element, "").toBytes(); }
}
