package im.martlet.xml;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Writes elements as UTF-8. What leaves the server was written here, never copied from what was received. Characters
 * that XML does not allow are left out, so that whatever is written can be read. Used by one thread at a time.
 */
public final class XmlWriter {
    private byte[] out = new byte[256];
    private int length;

    /** Writes an element into a context whose default namespace is {@code outer}. */
    public XmlWriter element(Element element, String outer) {
        put('<');
        name(element.name(), 0);
        if (!element.namespace().equals(outer)) attribute("xmlns", element.namespace());
        for (int i = 0; i < element.attributeCount(); i++) {
            String name = element.attributeName(i);
            if (name.startsWith("{")) foreignAttribute(name, element.attributeValue(i), i);
            else attribute(name, element.attributeValue(i));
        }
        if (element.nodes().isEmpty()) return raw("/>");
        put('>');
        nodes(element.nodes(), element.namespace());
        raw("</");
        name(element.name(), 0);
        return raw(">");
    }

    /** Writes content into a context whose default namespace is {@code outer}. */
    public XmlWriter nodes(List<? extends Node> nodes, String outer) {
        for (Node node : nodes) switch (node) {
            case Element e -> element(e, outer);
            case Text(var value) -> escape(value, false);
        }
        return this;
    }

    /** Writes an attribute inside a start tag that the caller has opened. */
    public XmlWriter attribute(String name, String value) {
        put(' ');
        name(name, 0);
        return value(value);
    }

    private XmlWriter value(String value) {
        raw("='");
        escape(value, true);
        put('\'');
        return this;
    }

    /** An attribute in a namespace needs a prefix, which is declared on the spot. */
    private void foreignAttribute(String name, String value, int number) {
        int end = name.lastIndexOf('}'); // a namespace is any text and may hold one, a local name cannot
        if (end < 2) throw new IllegalArgumentException("no namespace in " + name);
        String prefix = "a" + number;
        attribute("xmlns:" + prefix, name.substring(1, end));
        put(' ');
        raw(prefix).raw(":");
        name(name, end + 1);
        value(value);
    }

    /**
     * Writes a name, from an index on. Names cannot be escaped, and some come from clients: one that would end the name
     * and begin other markup is refused, whatever a parser has let through.
     */
    private void name(String name, int from) {
        if (from == name.length()) throw new IllegalArgumentException("an empty name");
        room(name.length());
        for (int i = from; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c >= 0x80) i += multibyte(name, i);
            else if (isOfName(c)) put(c);
            else throw new IllegalArgumentException("not a name: " + name);
        }
    }

    private static boolean isOfName(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.'
                || c == ':';
    }

    /** Writes markup as it is; only for text that this server wrote itself. */
    public XmlWriter raw(String markup) {
        int plain = copied(markup, markup.length());
        for (int i = plain; i < markup.length(); i++) {
            char c = markup.charAt(i);
            if (c < 0x80) put(c);
            else i += multibyte(markup, i);
        }
        return this;
    }

    /** Writes what another writer wrote. */
    public XmlWriter written(byte[] bytes) {
        room(bytes.length);
        System.arraycopy(bytes, 0, out, length, bytes.length);
        length += bytes.length;
        return this;
    }

    /** What was written, in UTF-8. */
    public byte[] toBytes() { return Arrays.copyOf(out, length); }

    /** One element as text. */
    public static String toString(Element element) {
        var writer = new XmlWriter().element(element, "");
        return new String(writer.out, 0, writer.length, StandardCharsets.UTF_8);
    }

    private void escape(String text, boolean attribute) {
        int plain = 0;
        while (plain < text.length() && isPlain(text.charAt(plain))) plain++;
        for (int i = copied(text, plain); i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '<' -> raw("&lt;");
                case '>' -> raw("&gt;");
                case '&' -> raw("&amp;");
                case '\'' -> raw("&apos;");
                case '\r' -> raw("&#13;"); // a parser would make a newline of it
                case '\n' -> {
                    if (attribute) raw("&#10;");
                    else put(c);
                }
                case '\t' -> {
                    if (attribute) raw("&#9;");
                    else put(c);
                }
                default -> {
                    if (c >= 0x80) i += multibyte(text, i);
                    else if (c >= ' ') put(c);
                }
            }
        }
    }

    /** Whether a character is one byte, and is written as it is wherever it stands. */
    private static boolean isPlain(char c) {
        return c >= ' ' && c < 0x80 && c != '<' && c != '>' && c != '&' && c != '\'';
    }

    /** Writes the ASCII that a text begins with, which is nearly all of most texts; answers where it ends. */
    @SuppressWarnings("deprecation") // of a method that is right for ASCII, and copies it as one block
    private int copied(String text, int end) {
        room(text.length());
        int plain = 0;
        while (plain < end && text.charAt(plain) < 0x80) plain++;
        text.getBytes(0, plain, out, length);
        length += plain;
        return plain;
    }

    /** Writes the character at an index; answers how many more {@code char}s it took. */
    private int multibyte(String text, int i) {
        int c = text.codePointAt(i);
        if (c < 0x800) {
            put(0xC0 | c >> 6);
            put(0x80 | c & 0x3F);
        } else if (c < 0x10000) {
            if (Character.isSurrogate((char) c) || c >= 0xFFFE) return 0;
            put(0xE0 | c >> 12);
            put(0x80 | c >> 6 & 0x3F);
            put(0x80 | c & 0x3F);
        } else {
            put(0xF0 | c >> 18);
            put(0x80 | c >> 12 & 0x3F);
            put(0x80 | c >> 6 & 0x3F);
            put(0x80 | c & 0x3F);
            return 1;
        }
        return 0;
    }

    private void room(int more) {
        if (out.length < length + more) out = Arrays.copyOf(out, Math.max(length + more, 2 * out.length));
    }

    private void put(int b) {
        if (length == out.length) out = Arrays.copyOf(out, 2 * length);
        out[length++] = (byte) b;
    }
}
