package im.martlet.conformance.harness;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** An element that a client received. */
public record ReceivedXml(String namespace, String name, Map<String, String> attributes, List<ReceivedXml> children,
        String text) {
    /** Stands for the end tag of a stream. */
    public static final ReceivedXml END = new ReceivedXml("", "/stream", Map.of(), List.of(), "");
    /** Stands for the end of the connection. */
    public static final ReceivedXml CLOSED = new ReceivedXml("", "/connection", Map.of(), List.of(), "");

    public static ReceivedXml parse(String xml) {
        try {
            var reader = new com.ctc.wstx.stax.WstxInputFactory().createXMLStreamReader(new StringReader(xml));
            reader.nextTag();
            return read(reader);
        } catch (XMLStreamException e) {
            throw new IllegalArgumentException(xml, e);
        }
    }

    public static ReceivedXml start(XMLStreamReader in) {
        return new ReceivedXml(namespace(in), in.getLocalName(), attributes(in), List.of(), "");
    }

    public static ReceivedXml read(XMLStreamReader in) throws XMLStreamException {
        var start = start(in);
        var children = new ArrayList<ReceivedXml>();
        var text = new StringBuilder();
        for (int event = in.next(); event != XMLStreamConstants.END_ELEMENT; event = in.next())
            if (event == XMLStreamConstants.START_ELEMENT) children.add(read(in));
            else if (in.hasText()) text.append(in.getText());
        return new ReceivedXml(start.namespace, start.name, start.attributes, children, text.toString().strip());
    }

    private static String namespace(XMLStreamReader in) {
        return in.getNamespaceURI() == null ? "" : in.getNamespaceURI();
    }

    private static Map<String, String> attributes(XMLStreamReader in) {
        var all = new LinkedHashMap<String, String>();
        for (int i = 0; i < in.getAttributeCount(); i++) {
            String prefix = in.getAttributePrefix(i);
            all.put(prefix == null || prefix.isEmpty() ? in.getAttributeLocalName(i)
                    : prefix + ":" + in.getAttributeLocalName(i), in.getAttributeValue(i));
        }
        return all;
    }

    public boolean is(String namespace, String name) {
        return this.namespace.equals(namespace) && this.name.equals(name);
    }

    public String attribute(String name) { return attributes.getOrDefault(name, ""); }

    public Optional<ReceivedXml> child(String name) {
        return children.stream().filter(c -> c.name.equals(name)).findFirst();
    }

    @Override public String toString() {
        var out = new StringBuilder("<" + name);
        if (!namespace.equals("jabber:client") && !namespace.isEmpty())
            out.append(" xmlns='").append(namespace).append("'");
        attributes.forEach((k, v) -> out.append(' ').append(k).append("='").append(v).append("'"));
        out.append('>').append(text);
        children.forEach(out::append);
        return out.append("</").append(name).append('>').toString();
    }
}
