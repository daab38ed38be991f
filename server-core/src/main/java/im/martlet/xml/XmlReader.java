package im.martlet.xml;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Reads stored XML text. */
public final class XmlReader {
    private static final StreamNamespaces NONE = new StreamNamespaces("", Map.of());
    private static final ElementParser PARSER = new ElementParser();

    private XmlReader() {}

    /** Reads one element, which must declare its namespaces itself. */
    public static Element parse(String xml) throws XmlException {
        var bytes = xml.getBytes(StandardCharsets.UTF_8);
        return PARSER.parse(bytes, 0, bytes.length, NONE);
    }
}
