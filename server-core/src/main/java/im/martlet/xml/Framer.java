package im.martlet.xml;

import static im.martlet.xml.XmlException.Condition.BAD_FORMAT;
import static im.martlet.xml.XmlException.Condition.NOT_WELL_FORMED;
import static im.martlet.xml.XmlException.Condition.POLICY_VIOLATION;
import static im.martlet.xml.XmlException.Condition.RESTRICTED_XML;
import static im.martlet.xml.XmlException.Condition.UNSUPPORTED_ENCODING;

/**
 * Finds where the header, each first-level element and the end of a stream are, byte by byte, without allocating.
 * Refuses what no stream may carry (RFC 6120 §11.1), what is over the limits and end tags that do not fit, as soon as
 * they come. Names it only compares by a hash: the parser checks them, on a whole element.
 */
final class Framer {
    /** What {@link #scan} has found. */
    enum Found { NOTHING, HEADER, ELEMENT, END }

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
    private int bytes; // of the element (or header) so far
    private int attributes; // of the tag so far
    private int name; // of the tag so far, hashed
    private boolean naming; // the name of the tag is not complete
    private int[] open = {}; // names of the elements that are open, by depth
    private int quote;
    private int brackets; // "]" just seen in a CDATA section
    private int matched; // letters of "[CDATA[" or "xml" seen
    private long reference; // letters of an entity's name, packed
    private int continuation; // bytes of a character that are still to come
    private int lowest; // that the next of them may be
    private int highest;
    private boolean declared; // an XML declaration can no longer come
    private Found found = Found.NOTHING;
    private int start = -1;

    Framer(XmlLimits limits) { this.limits = limits; }

    void limits(XmlLimits limits) { this.limits = limits; }

    /**
     * Where the element that is not complete began in the bytes scanned last; -1 when it began in earlier ones, or not
     * yet.
     */
    int start() {
        return start;
    }

    /** Whether an element (or header) has begun and is not complete. */
    boolean isInside() { return bytes > 0; }

    Found found() { return found; }

    /** A new stream begins. */
    void reset() {
        in = In.START;
        depth = 0;
        bytes = 0;
        continuation = 0;
        declared = false;
        start = -1;
    }

    /**
     * Reads on until something is complete or the bytes are used up.
     *
     * @return the index after the last byte read; {@link #found} tells what was found there
     */
    int scan(byte[] b, int from, int to) throws XmlException {
        found = Found.NOTHING;
        start = -1;
        for (int i = from; i < to; i++) {
            int c = b[i];
            if (c < 0 || continuation > 0) multibyte(c & 0xff);
            else if (c < ' ' && c != '\n' && c != '\r' && c != '\t')
                throw new XmlException(NOT_WELL_FORMED, "a control character");
            if (bytes > 0 && ++bytes > limits.bytes())
                throw new XmlException(POLICY_VIOLATION, "longer than " + limits.bytes() + " bytes");
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
        else if (c < 0) { // only a byte order mark may come before a stream
            if (isMark(c & 0xff)) return;
            throw new XmlException(UNSUPPORTED_ENCODING, "streams are in UTF-8");
        } else if (!isSpace(c)) throw new XmlException(NOT_WELL_FORMED, "a stream begins with a tag"); // space is the end of the old one
    }

    private static boolean isMark(int c) { return c == 0xEF || c == 0xBB || c == 0xBF; }

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
            if (brackets < 0) throw new XmlException(NOT_WELL_FORMED, "]]> in text");
        } else if (!isSpace(c)) throw new XmlException(BAD_FORMAT, "text between stanzas");
    }

    private void lessThan(int c) throws XmlException {
        if (c == '/') {
            if (depth == 0) throw new XmlException(NOT_WELL_FORMED, "an end tag without a start tag");
            name = 0;
            in = In.END_TAG;
        } else if (c == '!') {
            in = In.BANG;
            matched = 0;
        } else if (c == '?') {
            if (depth > 0 || declared) throw new XmlException(RESTRICTED_XML, "a processing instruction");
            declared = true;
            in = In.TARGET;
            matched = 0;
        } else if (isSpace(c) || c == '>' || c == '<') throw new XmlException(NOT_WELL_FORMED, "a tag without a name");
        else {
            declared = true;
            attributes = 0;
            name = c;
            naming = true;
            in = In.START_TAG;
        }
    }

    /** What comes behind {@code <?}: the declaration is all that may (RFC 6120 §11.1, §11.5). */
    private void target(int c) throws XmlException {
        if (matched == XML.length() && isSpace(c)) in = In.DECLARATION;
        else if (matched == XML.length() || c != XML.charAt(matched))
            throw new XmlException(RESTRICTED_XML, "a processing instruction");
        else matched++;
    }

    private void startTag(int c) throws XmlException {
        if (naming) {
            naming = !isSpace(c) && c != '/' && c != '>';
            if (naming) name = 31 * name + c;
        }
        switch (c) {
            case '>' -> {
                if (depth > limits.depth())
                    throw new XmlException(POLICY_VIOLATION, "deeper than " + limits.depth() + " elements");
                if (open.length == depth) open = java.util.Arrays.copyOf(open, depth + 4);
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
                            "an element with more than " + limits.attributes() + " attributes");
            }
            case '<' -> throw new XmlException(NOT_WELL_FORMED, "< in a tag");
            default -> {}
        }
    }

    private void quoted(int c) throws XmlException {
        if (c == quote) in = In.START_TAG;
        else if (c == '&') refer(In.QUOTED);
        else if (c == '<') throw new XmlException(NOT_WELL_FORMED, "< in an attribute");
    }

    private void emptyTag(int c) throws XmlException {
        if (c != '>') throw new XmlException(NOT_WELL_FORMED, "/ in a tag");
        if (depth == 0) throw new XmlException(BAD_FORMAT, "an empty stream");
        if (depth > limits.depth())
            throw new XmlException(POLICY_VIOLATION, "deeper than " + limits.depth() + " elements");
        in = In.CONTENT;
        if (depth == 1) complete(Found.ELEMENT);
    }

    private void endTag(int c) throws XmlException {
        if (c == '>') close();
        else if (!isSpace(c)) name = name == 0 ? c : 31 * name + c;
    }

    private void close() throws XmlException {
        if (open[--depth] != name) throw new XmlException(NOT_WELL_FORMED, "an end tag that fits no start tag");
        in = In.CONTENT;
        if (depth == 1) complete(Found.ELEMENT);
        else if (depth == 0) complete(Found.END);
    }

    private void complete(Found what) {
        found = what;
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
                throw new XmlException(NOT_WELL_FORMED, "& without a reference");
            reference = isNumber() ? '#' : reference << 8 | c; // numbers are the parser's to check
            return;
        }
        if (!isNumber() && !isPredefined())
            throw new XmlException(RESTRICTED_XML, "an entity that XML does not define");
        in = afterReference;
    }

    private boolean isNumber() { return reference == '#'; }

    private boolean isPredefined() {
        return reference == 0x616d70 || reference == 0x6c74 || reference == 0x6774 // amp lt gt
                || reference == 0x71756f74 || reference == 0x61706f73; // quot apos
    }

    private void bang(int c) throws XmlException {
        if (c != CDATA_OPEN.charAt(matched)) throw new XmlException(RESTRICTED_XML, "a comment or document type");
        if (++matched < CDATA_OPEN.length()) return;
        if (depth < 2) throw new XmlException(BAD_FORMAT, "text between stanzas");
        in = In.CDATA;
        brackets = 0;
    }

    private void cdata(int c) {
        if (c == '>' && brackets >= 2) {
            in = In.CONTENT;
            brackets = 0;
        } else brackets = c == ']' ? brackets + 1 : 0;
    }

    /** RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF. */
    private void multibyte(int c) throws XmlException {
        if (continuation > 0) {
            if (c < lowest || c > highest) throw new XmlException(NOT_WELL_FORMED, "broken UTF-8");
            continuation--;
            lowest = 0x80;
            highest = 0xBF;
            return;
        }
        if (c < 0xC2 || c > 0xF4)
            throw new XmlException(in == In.START ? UNSUPPORTED_ENCODING : NOT_WELL_FORMED, "not UTF-8");
        continuation = c < 0xE0 ? 1 : c < 0xF0 ? 2 : 3;
        lowest = c == 0xE0 ? 0xA0 : c == 0xF0 ? 0x90 : 0x80;
        highest = c == 0xED ? 0x9F : c == 0xF4 ? 0x8F : 0xBF;
    }

    private static boolean isSpace(int c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
}
