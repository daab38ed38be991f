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
 * A stream of messages, each of which is one whole element that stands by itself (RFC 7395 §3.3). {@code <open/>} and
 * {@code <close/>} are what the opening and closing tags are elsewhere.
 */
final class WebSocketStreamFormat implements StreamFormat {
    private static final String NS = "urn:ietf:params:xml:ns:xmpp-framing";
    private static final StreamNamespaces OF_A_STREAM =
            new StreamNamespaces(Stanza.CLIENT, Map.of("stream", Namespaces.STREAMS));
    private static final byte[] CONTEXT = "<messages>".getBytes(StandardCharsets.US_ASCII); // which declares nothing

    private final XmlStream.Receiver receiver;
    private final XmlStream xml;
    private final List<Element> found = new ArrayList<>(1); // in the message that is being read
    private boolean closed; // the context, by an end tag
    private boolean opening = true; // is what comes next

    WebSocketStreamFormat(ElementParser parser, XmlLimits limits, XmlStream.Receiver receiver) {
        this.receiver = receiver;
        this.xml = new XmlStream(parser, limits, new XmlStream.Receiver() {
            @Override public void header(StreamHeader header) {}

            @Override public void element(Element element) { found.add(element); }

            @Override public void end() { closed = true; }
        });
        try {
            xml.feed(ByteBuffer.wrap(CONTEXT));
        } catch (XmlException e) {
            throw new IllegalStateException(e);
        }
    }

    // ---- what comes

    @Override public void feed(ByteBuffer message) throws XmlException {
        if (!message.hasRemaining() || message.get(message.position()) != '<')
            throw new XmlException(Condition.BAD_FORMAT, "a message begins with <"); // §3.3.3
        found.clear();
        xml.feed(message);
        if (closed) throw new XmlException(Condition.NOT_WELL_FORMED, "an end tag without a start tag");
        if (xml.pending() > 0) throw new XmlException(Condition.NOT_WELL_FORMED, "an element that is not whole");
        if (found.size() != 1) throw new XmlException(Condition.BAD_FORMAT, "a message is one element");
        handOut(found.getFirst());
    }

    private void handOut(Element e) throws XmlException {
        if (e.is(NS, "close")) receiver.end();
        else if (opening) {
            if (!e.is(NS, "open"))
                throw new XmlException(Condition.BAD_FORMAT, "a stream begins with <open/>, in the namespace " + NS);
            opening = false;
            receiver.header(header(e));
        } else if (e.namespace().equals(NS))
            throw new XmlException(Condition.BAD_FORMAT, "the stream is open, and knows no <" + e.name() + "/>");
        else receiver.element(e);
    }

    /** What the client would have said in an endless document. */
    private static StreamHeader header(Element open) {
        return new StreamHeader(open.renamed(Namespaces.STREAMS, List.of()).named("stream"), OF_A_STREAM);
    }

    @Override public void restart() { opening = true; }

    @Override public void stop() {} // for STARTTLS, which there is none of

    @Override public void limits(XmlLimits limits) { xml.limits(limits); }

    // ---- what goes

    @Override public byte[] header(String from, String to) {
        var open =
                Element.of(NS, "open").with("id", RandomIds.next()).with("version", "1.0").with(Element.XML_LANG, "en");
        if (!from.isEmpty()) open = open.with("from", from);
        return bytes(to.isEmpty() ? open : open.with("to", to));
    }

    @Override public List<byte[]> pieces(List<byte[]> elements) {
        return elements.stream().map(StandaloneElements::of).toList();
    }

    /** §3.4, §3.6; who is to go elsewhere is told where in the last word (§3.6.1). */
    @Override public List<byte[]> end(@Nullable StreamError why) {
        var close = Element.of(NS, "close");
        if (why == null) return List.of(bytes(close));
        if (why.condition() == StreamError.Condition.SEE_OTHER_HOST)
            return List.of(bytes(close.with("see-other-uri", "wss://" + why.content() + WebSocketStreams.PATH)));
        return Stream.of(StandaloneElements.of(why.toXml().getBytes(StandardCharsets.UTF_8)), bytes(close)).toList();
    }

    private static byte[] bytes(Element element) { return new XmlWriter().element(element, "").toBytes(); }
}
