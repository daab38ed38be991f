package im.martlet.xml;

import java.util.List;

/** Writes elements as UTF-8 bytes. What leaves the server was written here, never copied from what was received. */
public final class XmlWriter {
    private final StringBuilder out = new StringBuilder(512);

    /** Writes an element into a context whose default namespace is {@code outer}. */
    public XmlWriter element(Element element, String outer) {
        out.append('<').append(element.name());
        if (!element.namespace().equals(outer)) attribute("xmlns", element.namespace());
        for (int i = 0; i < element.attributeCount(); i++) attribute(element.attributeName(i), element.attributeValue(i));
        if (element.nodes().isEmpty()) {
            out.append("/>");
            return this;
        }
        out.append('>');
        nodes(element.nodes(), element.namespace());
        out.append("</").append(element.name()).append('>');
        return this;
    }

    /** Writes content into a context whose default namespace is {@code outer}. */
    public XmlWriter nodes(List<? extends Node> nodes, String outer) {
        for (Node node : nodes) switch (node) {
            case Element e -> element(e, outer);
            case Text(var value) -> escape(value);
        }
        return this;
    }

    /** Writes an attribute inside a start tag that the caller has opened. */
    public XmlWriter attribute(String name, String value) {
        out.append(' ').append(name).append("='");
        escape(value);
        out.append('\'');
        return this;
    }

    /** Writes markup as it is; only for text that this server wrote itself. */
    public XmlWriter raw(String markup) {
        out.append(markup);
        return this;
    }

    /** Forgets what was written, so that the writer can be used again. */
    public void clear() { out.setLength(0); }

    /** What was written so far, in UTF-8. */
    public byte[] toBytes() { return out.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8); }

    /** One element as text. */
    public static String toString(Element element) { return new XmlWriter().element(element, "").out.toString(); }

    private void escape(String text) {
        for (int i = 0; i < text.length(); i++) switch (text.charAt(i)) {
            case '<' -> out.append("&lt;");
            case '>' -> out.append("&gt;");
            case '&' -> out.append("&amp;");
            case '\'' -> out.append("&apos;");
            default -> out.append(text.charAt(i));
        }
    }
}
