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
 * Reads whole elements with Woodstox. Creating a reader costs more than reading a stanza. So a reader lives on from one
 * stanza to the next, over an endless document, and all streams share a few readers. Any thread.
 */
public final class ElementParser {
    private static final int READERS = 16;

    private final WstxInputFactory factory = safeFactory();
    private final ArrayBlockingQueue<EndlessReader> idleForClients = new ArrayBlockingQueue<>(READERS);
    private final ArrayBlockingQueue<EndlessReader> idleForServers = new ArrayBlockingQueue<>(READERS);

    /** Returns a safe factory: no DTD, only predefined entities, no external resources (RFC 6120 §11.1 and more). */
    private static WstxInputFactory safeFactory() {
        var factory = new WstxInputFactory();
        factory.configureForSpeed();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, true);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, true);
        factory.setProperty(XMLInputFactory2.P_INTERN_NAMES, false); // clients choose names and could fill the memory
        factory.setProperty(XMLInputFactory2.P_INTERN_NS_URIS, false);
        factory.setProperty(XMLInputFactory2.P_LAZY_PARSING, false);
        factory.setProperty(WstxInputProperties.P_CACHE_DTDS, false);
        factory.setProperty(WstxInputProperties.P_MAX_ELEMENT_DEPTH, 10_000); // the framer limits the depth before
        factory.setProperty(WstxInputProperties.P_MAX_ATTRIBUTES_PER_ELEMENT, 10_000);
        return factory;
    }

    /** Reads the start tag of a stream. */
    StreamHeader header(byte[] array, int offset, int length) throws XmlException {
        try {
            var reader = (XMLStreamReader2) factory
                    .createXMLStreamReader(new ByteArrayInputStream(array, offset, length), "UTF-8");
            checkDeclaration(reader);
            while (reader.next() != XMLStreamConstants.START_ELEMENT) {}
            var prefixes = new HashMap<String, String>();
            String contentNamespace = "";
            for (int i = 0; i < reader.getNamespaceCount(); i++) {
                String prefix = reader.getNamespacePrefix(i);
                if (prefix == null || prefix.isEmpty()) contentNamespace = text(reader.getNamespaceURI(i));
                else prefixes.put(prefix, text(reader.getNamespaceURI(i)));
            }
            var namespaces = new StreamNamespaces(contentNamespace, Map.copyOf(prefixes));
            return new StreamHeader(start(reader, List.of()),
                    namespaces.equals(StreamNamespaces.CLIENT) ? StreamNamespaces.CLIENT : namespaces);
        } catch (XMLStreamException | RuntimeException e) {
            throw exception(e);
        }
    }

    /** Checks the XML declaration (RFC 6120 §11.5, §11.6). */
    private static void checkDeclaration(XMLStreamReader2 reader) throws XmlException {
        String encoding = reader.getCharacterEncodingScheme();
        if (encoding != null && !encoding.equalsIgnoreCase("UTF-8"))
            throw new XmlException(XmlException.Condition.UNSUPPORTED_ENCODING,
                    "the encoding must be UTF-8, not " + encoding);
        if ("1.1".equals(reader.getVersion()))
            throw new XmlException(XmlException.Condition.NOT_WELL_FORMED, "the XML version must be 1.0");
    }

    /** Reads exactly one whole element. */
    Element parse(byte[] array, int offset, int length, StreamNamespaces namespaces) throws XmlException {
        try {
            var idle = namespaces == StreamNamespaces.CLIENT ? idleForClients : idleForServers;
            if (namespaces != StreamNamespaces.CLIENT && namespaces != StreamNamespaces.SERVER)
                return new EndlessReader(factory, namespaces).read(array, offset, length);
            var reader = idle.poll();
            if (reader == null) reader = new EndlessReader(factory, namespaces);
            var element = reader.read(array, offset, length); // a reader that fails is not used again
            if (!reader.isUsedUp()) idle.offer(reader);
            return element;
        } catch (XMLStreamException | RuntimeException e) {
            throw exception(e);
        }
    }

    /** Reads one element. The reader stands at its start tag. */
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
            default -> throw new XMLStreamException("an element may contain only elements and text");
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
     * Returns the namespace of an element, unless no XML can declare it: {@code xml} allows only its own prefix, and
     * {@code xmlns} allows none (Namespaces in XML §3). A parser would refuse the written element. No protocol has one.
     */
    private static String declarable(String namespace) throws XMLStreamException {
        if (namespace.equals(XMLConstants.XML_NS_URI) || namespace.equals(XMLConstants.XMLNS_ATTRIBUTE_NS_URI))
            throw new XMLStreamException("no element may be in the namespace " + namespace);
        return namespace;
    }

    private static String text(String text) { return text == null ? "" : text; }

    private static XmlException exception(Exception e) {
        String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        boolean prefix = reason.contains("Undeclared namespace prefix") || reason.contains("Unbound namespace prefix");
        return new XmlException(
                prefix ? XmlException.Condition.BAD_NAMESPACE_PREFIX : XmlException.Condition.NOT_WELL_FORMED, reason);
    }
}
