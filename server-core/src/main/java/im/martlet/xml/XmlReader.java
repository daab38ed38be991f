package im.martlet.xml;

import java.nio.charset.StandardCharsets;

/** Reads XML that is kept as text: one element, in no outer namespace. */
public final class XmlReader {
    private static final StreamNamespaces NONE = new StreamNamespaces("", java.util.Map.of());
    private static final ElementParser PARSER = new ElementParser();

    private XmlReader() {}

    public static Element parse(String xml) throws XmlException {
        var bytes = xml.getBytes(StandardCharsets.UTF_8);
        return PARSER.parse(bytes, 0, bytes.length, NONE);
    }
}
