package im.martlet.xml;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Writes elements as UTF-8. All output of the server was written here and never copied from received bytes. The writer
 * leaves out characters that XML does not allow, so any parser can read the output. Used by one thread at a time.
 */
public final class XmlWriter {
    private byte[] out = new byte[256];
    private int length;

    /** Writes an element. {@code outer} is the default namespace around it. */
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

    /** Writes content. {@code outer} is the default namespace around it. */
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

    /** Writes an attribute in a namespace, with a declaration of the prefix that it needs. */
    private void foreignAttribute(String name, String value, int number) {
        int end = name.lastIndexOf('}'); // the last one, because a namespace may contain it and a local name cannot
        if (end < 2) throw new IllegalArgumentException("the attribute name has no namespace: " + name);
        String prefix = "a" + number;
        attribute("xmlns:" + prefix, name.substring(1, end));
        put(' ');
        raw(prefix).raw(":");
        name(name, end + 1);
        value(value);
    }

    /**
     * Writes a name from an index on. XML has no escapes in names, and some names come from clients. So a character
     * that would end the name and begin other markup is refused, even if a parser let it through.
     */
    private void name(String name, int from) {
        if (from == name.length()) throw new IllegalArgumentException("the name is empty");
        room(name.length());
        for (int i = from; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c >= 0x80) i += multibyte(name, i);
            else if (isNameCharacter(c)) put(c);
            else throw new IllegalArgumentException("XML allows no such name: " + name);
        }
    }

    private static boolean isNameCharacter(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.'
                || c == ':';
    }

    /** Writes markup without escaping. Only for text that the server itself wrote. */
    public XmlWriter raw(String markup) {
        int plain = writeAscii(markup, markup.length());
        for (int i = plain; i < markup.length(); i++) {
            char c = markup.charAt(i);
            if (c < 0x80) put(c);
            else i += multibyte(markup, i);
        }
        return this;
    }

    /** Writes the bytes of another writer. */
    public XmlWriter written(byte[] bytes) {
        room(bytes.length);
        System.arraycopy(bytes, 0, out, length, bytes.length);
        length += bytes.length;
        return this;
    }

    /** Returns the output in UTF-8. */
    public byte[] toBytes() { return Arrays.copyOf(out, length); }

    /** Returns one element as XML text. */
    public static String toString(Element element) {
        var writer = new XmlWriter().element(element, "");
        return new String(writer.out, 0, writer.length, StandardCharsets.UTF_8);
    }

    private void escape(String text, boolean attribute) {
        int plain = 0;
        while (plain < text.length() && isPlain(text.charAt(plain))) plain++;
        for (int i = writeAscii(text, plain); i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '<' -> raw("&lt;");
                case '>' -> raw("&gt;");
                case '&' -> raw("&amp;");
                case '\'' -> raw("&apos;");
                case '\r' -> raw("&#13;"); // a parser would turn it into a newline
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

    /** Returns whether a character is one byte that never needs an escape. */
    private static boolean isPlain(char c) {
        return c >= ' ' && c < 0x80 && c != '<' && c != '>' && c != '&' && c != '\'';
    }

    /** Writes the ASCII at the beginning of a text, which is nearly all of most texts. Returns the index of its end. */
    @SuppressWarnings("deprecation") // String.getBytes without a charset is right for ASCII and copies one block
    private int writeAscii(String text, int end) {
        room(text.length());
        int plain = 0;
        while (plain < end && text.charAt(plain) < 0x80) plain++;
        text.getBytes(0, plain, out, length);
        length += plain;
        return plain;
    }

    /** Writes the character at an index. Returns the number of further {@code char}s that it took. */
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
