package im.martlet.xml;

import com.ctc.wstx.api.WstxInputProperties;
import com.ctc.wstx.stax.WstxInputFactory;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import javax.xml.XMLConstants;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import org.codehaus.stax2.XMLInputFactory2;
import org.codehaus.stax2.XMLStreamReader2;

/**
 * Reads whole elements with Woodstox. To make a reader costs more than to read a stanza, so a reader lives on from one
 * stanza to the next, over an endless document; a few are shared by all streams. Any thread.
 */
public final class ElementParser {
    private static final int READERS = 16;

    private final WstxInputFactory factory = lockedDown();
    private final ArrayBlockingQueue<EndlessReader> idle = new ArrayBlockingQueue<>(READERS);
    private final ArrayBlockingQueue<EndlessReader> idleForServers = new ArrayBlockingQueue<>(READERS);

    /** RFC 6120 §11.1 and more: no DTD, no entity but the predefined ones, nothing from outside. */
    private static WstxInputFactory lockedDown() {
        var factory = new WstxInputFactory();
        factory.configureForSpeed();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, true);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, true);
        factory.setProperty(XMLInputFactory2.P_INTERN_NAMES, false); // names are the clients': none may stay for ever
        factory.setProperty(XMLInputFactory2.P_INTERN_NS_URIS, false);
        factory.setProperty(XMLInputFactory2.P_LAZY_PARSING, false);
        factory.setProperty(WstxInputProperties.P_CACHE_DTDS, false);
        factory.setProperty(WstxInputProperties.P_MAX_ELEMENT_DEPTH, 10_000); // the framer bounds it before
        factory.setProperty(WstxInputProperties.P_MAX_ATTRIBUTES_PER_ELEMENT, 10_000);
        return factory;
    }

    /** Reads the opening tag of a stream. */
    StreamHeader header(byte[] array, int offset, int length) throws XmlException {
        try {
            var reader = (XMLStreamReader2) factory
                    .createXMLStreamReader(new ByteArrayInputStream(array, offset, length), "UTF-8");
            checkDeclaration(reader);
            while (reader.next() != XMLStreamConstants.START_ELEMENT) {}
            var prefixes = new HashMap<String, String>();
            String content = "";
            for (int i = 0; i < reader.getNamespaceCount(); i++) {
                String prefix = reader.getNamespacePrefix(i);
                if (prefix == null || prefix.isEmpty()) content = text(reader.getNamespaceURI(i));
                else prefixes.put(prefix, text(reader.getNamespaceURI(i)));
            }
            var namespaces = new StreamNamespaces(content, Map.copyOf(prefixes));
            return new StreamHeader(start(reader, List.of()),
                    namespaces.equals(StreamNamespaces.CLIENT) ? StreamNamespaces.CLIENT : namespaces);
        } catch (XMLStreamException | RuntimeException e) {
            throw refusal(e);
        }
    }

    /** RFC 6120 §11.5, §11.6. */
    private static void checkDeclaration(XMLStreamReader2 reader) throws XmlException {
        String encoding = reader.getCharacterEncodingScheme();
        if (encoding != null && !encoding.equalsIgnoreCase("UTF-8"))
            throw new XmlException(XmlException.Condition.UNSUPPORTED_ENCODING,
                    "streams are in UTF-8, not " + encoding);
        if ("1.1".equals(reader.getVersion()))
            throw new XmlException(XmlException.Condition.NOT_WELL_FORMED, "streams are in XML 1.0");
    }

    /** Reads one whole element, and nothing beside it. */
    Element parse(byte[] array, int offset, int length, StreamNamespaces namespaces) throws XmlException {
        try {
            var idle = namespaces == StreamNamespaces.CLIENT ? this.idle : idleForServers;
            if (namespaces != StreamNamespaces.CLIENT && namespaces != StreamNamespaces.SERVER)
                return new EndlessReader(factory, namespaces).read(array, offset, length);
            var reader = idle.poll();
            if (reader == null) reader = new EndlessReader(factory, namespaces);
            var element = reader.read(array, offset, length); // one that fails is not used again
            if (!reader.isWornOut()) idle.offer(reader);
            return element;
        } catch (XMLStreamException | RuntimeException e) {
            throw refusal(e);
        }
    }

    /** What the reader stands on, which is a start tag, up to its end tag. */
    static Element element(XMLStreamReader2 reader) throws XMLStreamException {
        var nodes = new ArrayList<Node>();
        String namespace = declarable(text(reader.getNamespaceURI()));
        String name = reader.getLocalName();
        String[] attributes = attributes(reader);
        while (true) switch (reader.next()) {
            case XMLStreamConstants.START_ELEMENT -> nodes.add(element(reader));
            case XMLStreamConstants.END_ELEMENT -> { return Element.of(namespace, name, attributes, nodes); }
            case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE ->
                    nodes.add(new Text(reader.getText()));
            default -> throw new XMLStreamException("neither tag nor text");
        }
    }

    private static Element start(XMLStreamReader2 reader, List<Node> nodes) {
        return Element.of(text(reader.getNamespaceURI()), reader.getLocalName(), attributes(reader), nodes);
    }

    private static String[] attributes(XMLStreamReader2 reader) {
        var attributes = new String[2 * reader.getAttributeCount()];
        for (int i = 0; i < attributes.length / 2; i++) {
            String namespace = text(reader.getAttributeNamespace(i));
            String name = reader.getAttributeLocalName(i);
            attributes[2 * i] = namespace.isEmpty() ? name
                    : namespace.equals(XMLConstants.XML_NS_URI) ? "xml:" + name : "{" + namespace + "}" + name;
            attributes[2 * i + 1] = reader.getAttributeValue(i);
        }
        return attributes;
    }

    /**
     * Two namespaces may not be declared with any prefix but their own, and one of them not even with that (Namespaces
     * in XML §3). An element in them could not be written so that a parser accepts it; no protocol has one.
     */
    private static String declarable(String namespace) throws XMLStreamException {
        if (namespace.equals(XMLConstants.XML_NS_URI) || namespace.equals(XMLConstants.XMLNS_ATTRIBUTE_NS_URI))
            throw new XMLStreamException("an element in the namespace " + namespace);
        return namespace;
    }

    private static String text(String maybe) { return maybe == null ? "" : maybe; }

    private static XmlException refusal(Exception e) {
        String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        boolean prefix = why.contains("Undeclared namespace prefix") || why.contains("Unbound namespace prefix");
        return new XmlException(
                prefix ? XmlException.Condition.BAD_NAMESPACE_PREFIX : XmlException.Condition.NOT_WELL_FORMED, why);
    }
}
