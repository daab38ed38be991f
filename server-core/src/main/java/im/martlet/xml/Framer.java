package im.martlet.xml;

import static im.martlet.xml.XmlException.Condition.BAD_FORMAT;
import static im.martlet.xml.XmlException.Condition.NOT_WELL_FORMED;
import static im.martlet.xml.XmlException.Condition.POLICY_VIOLATION;
import static im.martlet.xml.XmlException.Condition.RESTRICTED_XML;
import static im.martlet.xml.XmlException.Condition.UNSUPPORTED_ENCODING;

import java.util.Arrays;

/**
 * Finds the header, each first-level element and the end of a stream, byte by byte, without allocating. Refuses
 * forbidden XML (RFC 6120 §11.1), input beyond the limits and end tags that do not match, at the first wrong byte. It
 * compares names by a hash only, because the parser checks them on a whole element.
 */
final class Framer {
    /** The result of {@link #scan}. */
    enum Found { NOTHING, HEADER, ELEMENT, END }

    /** The place of the current byte in the markup. */
    private enum In {
        START, CONTENT, LESS_THAN, TARGET, DECLARATION, DECLARATION_END, START_TAG, QUOTED, EMPTY_TAG, END_TAG, BANG,
        CDATA, REFERENCE
    }

    private static final String CDATA_OPEN = "[CDATA[";
    private static final String XML = "xml";

    private XmlLimits limits;
    private In in = In.START;
    private In afterReference = In.CONTENT;
    private int depth;
    private int bytes; // read of the element or header
    private int attributes; // read of the tag
    private int name; // hash of the read part of the tag's name
    private boolean nameOpen; // the name of the tag is not complete
    private int[] open = {}; // hashed names of the open elements, by depth
    private int quote; // the character that ends the attribute value
    private int brackets; // "]" directly before the current byte
    private int matched; // characters of "[CDATA[" or "xml" that have come
    private long reference; // the characters of an entity's name, one byte each
    private int continuation; // missing bytes of the current character
    private int lowest; // allowed value of the next missing byte
    private int highest; // allowed value of the next missing byte
    private boolean declared; // no XML declaration may follow
    private Found found = Found.NOTHING;
    private int start = -1;

    Framer(XmlLimits limits) { this.limits = limits; }

    void limits(XmlLimits limits) { this.limits = limits; }

    /**
     * Returns the index at which the incomplete element began in the bytes of the latest scan; -1 if it began earlier
     * or has not begun.
     */
    int start() {
        return start;
    }

    /** Returns whether an element or header has begun and is not complete. */
    boolean isInside() { return bytes > 0; }

    Found found() { return found; }

    /** Forgets the old stream and expects a new one. */
    void reset() {
        in = In.START;
        depth = 0;
        bytes = 0;
        continuation = 0;
        declared = false;
        start = -1;
    }

    /**
     * Reads until a header, an element or the stream is complete, or until the bytes are used up.
     *
     * @return the index after the last byte read; {@link #found} returns the result
     */
    int scan(byte[] b, int from, int to) throws XmlException {
        found = Found.NOTHING;
        start = -1;
        for (int i = from; i < to; i++) {
            int c = b[i];
            if (c < 0 || continuation > 0) multibyte(c & 0xff);
            else if (c < ' ' && c != '\n' && c != '\r' && c != '\t')
                throw new XmlException(NOT_WELL_FORMED, "the stream contains a control character");
            if (bytes > 0 && ++bytes > limits.bytes())
                throw new XmlException(POLICY_VIOLATION, "the element is longer than " + limits.bytes() + " bytes");
            step(c, i);
            if (found != Found.NOTHING) return i + 1;
        }
        return to;
    }

    private void step(int c, int i) throws XmlException {
        switch (in) {
            case START -> start(c, i);
            case CONTENT -> content(c, i);
            case LESS_THAN -> lessThan(c);
            case START_TAG -> startTag(c);
            case QUOTED -> quoted(c);
            case EMPTY_TAG -> emptyTag(c);
            case END_TAG -> endTag(c);
            case REFERENCE -> reference(c);
            case BANG -> bang(c);
            case CDATA -> cdata(c);
            case TARGET -> target(c);
            case DECLARATION -> { if (c == '?') in = In.DECLARATION_END; }
            case DECLARATION_END -> in = c == '>' ? In.START : c == '?' ? In.DECLARATION_END : In.DECLARATION;
        }
    }

    private void start(int c, int i) throws XmlException {
        if (c == '<') open(i);
        else if (c < 0) { // only a byte order mark may precede a stream
            if (isByteOrderMark(c & 0xff)) return;
            throw new XmlException(UNSUPPORTED_ENCODING, "the encoding must be UTF-8");
        } else if (!isSpace(c)) // space may follow the old stream
            throw new XmlException(NOT_WELL_FORMED, "the stream must begin with a tag");
    }

    private static boolean isByteOrderMark(int c) { return c == 0xEF || c == 0xBB || c == 0xBF; }

    private void open(int i) {
        if (bytes == 0) {
            bytes = 1;
            start = i;
        }
        in = In.LESS_THAN;
    }

    private void content(int c, int i) throws XmlException {
        if (c == '<') {
            open(i);
            brackets = 0;
        } else if (depth > 1) {
            if (c == '&') refer(In.CONTENT);
            brackets = c == ']' ? brackets + 1 : c == '>' && brackets >= 2 ? -1 : 0;
            if (brackets < 0) throw new XmlException(NOT_WELL_FORMED, "text contains ]]>");
        } else if (!isSpace(c)) throw new XmlException(BAD_FORMAT, "there is text between stanzas");
    }

    private void lessThan(int c) throws XmlException {
        if (c == '/') {
            if (depth == 0) throw new XmlException(NOT_WELL_FORMED, "an end tag has no start tag");
            name = 0;
            in = In.END_TAG;
        } else if (c == '!') {
            in = In.BANG;
            matched = 0;
        } else if (c == '?') {
            if (depth > 0 || declared)
                throw new XmlException(RESTRICTED_XML, "processing instructions are not allowed");
            declared = true;
            in = In.TARGET;
            matched = 0;
        } else if (isSpace(c) || c == '>' || c == '<') throw new XmlException(NOT_WELL_FORMED, "a tag has no name");
        else {
            declared = true;
            attributes = 0;
            name = c;
            nameOpen = true;
            in = In.START_TAG;
        }
    }

    /** Reads the target behind {@code <?}. Only the XML declaration is allowed (RFC 6120 §11.1, §11.5). */
    private void target(int c) throws XmlException {
        if (matched == XML.length() && isSpace(c)) in = In.DECLARATION;
        else if (matched == XML.length() || c != XML.charAt(matched))
            throw new XmlException(RESTRICTED_XML, "processing instructions are not allowed");
        else matched++;
    }

    private void startTag(int c) throws XmlException {
        if (nameOpen) {
            nameOpen = !isSpace(c) && c != '/' && c != '>';
            if (nameOpen) name = 31 * name + c;
        }
        switch (c) {
            case '>' -> {
                if (depth > limits.depth())
                    throw new XmlException(POLICY_VIOLATION, "elements are nested deeper than " + limits.depth());
                if (open.length == depth) open = Arrays.copyOf(open, depth + 4);
                open[depth++] = name;
                in = In.CONTENT;
                if (depth == 1) complete(Found.HEADER);
            }
            case '/' -> in = In.EMPTY_TAG;
            case '"', '\'' -> {
                quote = c;
                in = In.QUOTED;
            }
            case '=' -> {
                if (++attributes > limits.attributes())
                    throw new XmlException(POLICY_VIOLATION,
                            "an element has more than " + limits.attributes() + " attributes");
            }
            case '<' -> throw new XmlException(NOT_WELL_FORMED, "a tag contains <");
            default -> {}
        }
    }

    private void quoted(int c) throws XmlException {
        if (c == quote) in = In.START_TAG;
        else if (c == '&') refer(In.QUOTED);
        else if (c == '<') throw new XmlException(NOT_WELL_FORMED, "an attribute contains <");
    }

    private void emptyTag(int c) throws XmlException {
        if (c != '>') throw new XmlException(NOT_WELL_FORMED, "a tag contains /");
        if (depth == 0) throw new XmlException(BAD_FORMAT, "the stream tag must not be empty");
        if (depth > limits.depth())
            throw new XmlException(POLICY_VIOLATION, "elements are nested deeper than " + limits.depth());
        in = In.CONTENT;
        if (depth == 1) complete(Found.ELEMENT);
    }

    private void endTag(int c) throws XmlException {
        if (c == '>') close();
        else if (!isSpace(c)) name = name == 0 ? c : 31 * name + c;
    }

    private void close() throws XmlException {
        if (open[--depth] != name) throw new XmlException(NOT_WELL_FORMED, "an end tag does not match its start tag");
        in = In.CONTENT;
        if (depth == 1) complete(Found.ELEMENT);
        else if (depth == 0) complete(Found.END);
    }

    private void complete(Found result) {
        found = result;
        bytes = 0;
    }

    private void refer(In from) {
        in = In.REFERENCE;
        afterReference = from;
        reference = 0;
    }

    private void reference(int c) throws XmlException {
        if (c != ';') {
            boolean ofName = c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '#';
            if (!ofName || reference >>> 56 != 0)
                throw new XmlException(NOT_WELL_FORMED, "& begins no reference");
            reference = isNumber() ? '#' : reference << 8 | c; // the parser checks numbers
            return;
        }
        if (!isNumber() && !isPredefined())
            throw new XmlException(RESTRICTED_XML, "XML does not define the entity");
        in = afterReference;
    }

    private boolean isNumber() { return reference == '#'; }

    private boolean isPredefined() {
        return reference == 0x616d70 || reference == 0x6c74 || reference == 0x6774 // amp lt gt
                || reference == 0x71756f74 || reference == 0x61706f73; // quot apos
    }

    private void bang(int c) throws XmlException {
        if (c != CDATA_OPEN.charAt(matched))
            throw new XmlException(RESTRICTED_XML, "comments and document types are not allowed");
        if (++matched < CDATA_OPEN.length()) return;
        if (depth < 2) throw new XmlException(BAD_FORMAT, "there is text between stanzas");
        in = In.CDATA;
        brackets = 0;
    }

    private void cdata(int c) {
        if (c == '>' && brackets >= 2) {
            in = In.CONTENT;
            brackets = 0;
        } else brackets = c == ']' ? brackets + 1 : 0;
    }

    /**
     * Checks a byte of a character beyond ASCII (RFC 3629): no overlong forms, no surrogates, no code above U+10FFFF.
     */
    private void multibyte(int c) throws XmlException {
        if (continuation > 0) {
            if (c < lowest || c > highest) throw new XmlException(NOT_WELL_FORMED, "the stream is not valid UTF-8");
            continuation--;
            lowest = 0x80;
            highest = 0xBF;
            return;
        }
        if (c < 0xC2 || c > 0xF4)
            throw new XmlException(in == In.START ? UNSUPPORTED_ENCODING : NOT_WELL_FORMED,
                    "the stream is not valid UTF-8");
        continuation = c < 0xE0 ? 1 : c < 0xF0 ? 2 : 3;
        lowest = c == 0xE0 ? 0xA0 : c == 0xF0 ? 0x90 : 0x80;
        highest = c == 0xED ? 0x9F : c == 0xF4 ? 0x8F : 0xBF;
    }

    private static boolean isSpace(int c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
}
