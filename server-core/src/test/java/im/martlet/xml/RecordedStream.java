package im.martlet.xml;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Records the parts of a stream as text: a header as "&lt;to&gt;", an element as XML, the end as "END", and a refusal
 * as its condition.
 */
final class RecordedStream implements XmlStream.Receiver {
    static final String HEADER =
            "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'"
                    + " to='localhost' version='1.0'>";
    static final XmlLimits LIMITS = new XmlLimits(10_000, 16, 32);
    private static final ElementParser PARSER = new ElementParser();

    final List<String> events = new ArrayList<>();
    final XmlStream stream = new XmlStream(PARSER, LIMITS, this);

    @Override public void header(StreamHeader header) {
        events.add("HEADER " + header.element().attribute("to").orElse(""));
    }

    @Override public void element(Element element) { events.add(element.toString()); }

    @Override public void end() { events.add("END"); }

    RecordedStream feed(String xml) { return feed(xml.getBytes(StandardCharsets.UTF_8)); }

    RecordedStream feed(byte[] bytes) {
        try {
            stream.feed(ByteBuffer.wrap(bytes));
        } catch (XmlException e) {
            events.add(e.condition().name());
        }
        return this;
    }

    /** Returns the parts of a stream behind a valid header. */
    static List<String> inside(String xml) {
        return inside(xml.getBytes(StandardCharsets.UTF_8));
    }

    static List<String> inside(byte[] bytes) {
        var recorded = new RecordedStream().feed(HEADER).feed(bytes);
        return recorded.events.subList(1, recorded.events.size());
    }
}
