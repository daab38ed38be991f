package im.martlet.xml;

import com.ctc.wstx.stax.WstxInputFactory;
import java.io.InputStream;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import org.codehaus.stax2.XMLStreamReader2;

/**
 * A reader over a document without an end. The document begins with a start tag that declares the namespaces of a
 * stream header, and each stanza becomes its next input. The framer has checked that the stanza is whole, so the reader
 * never waits for input.
 */
final class EndlessReader {
    /** Bytes after which a reader is replaced, because its table of the names that it saw may be as large. */
    private static final int MAX_BYTES = 1 << 20;

    private final Source source = new Source();
    private final XMLStreamReader2 reader;
    private int read; // bytes

    EndlessReader(WstxInputFactory factory, StreamNamespaces namespaces) throws XMLStreamException {
        var opening = namespaces.openingTag();
        source.put(opening, 0, opening.length);
        reader = (XMLStreamReader2) factory.createXMLStreamReader(source, "UTF-8");
        reader.next();
    }

    /** Returns whether another reader must replace this one. */
    boolean isUsedUp() { return read >= MAX_BYTES; }

    Element read(byte[] array, int offset, int length) throws XMLStreamException {
        read += length;
        long before = reader.getLocationInfo().getEndingCharOffset();
        source.put(array, offset, length);
        if (reader.next() != XMLStreamConstants.START_ELEMENT)
            throw new XMLStreamException("a stanza must begin with a tag");
        var element = ElementParser.element(reader);
        // the framer and the parser must agree on the end, or a client could smuggle a stanza past one of them
        if (reader.getLocationInfo().getEndingCharOffset() - before != characters(array, offset, length))
            throw new XMLStreamException("the bytes hold more than one element");
        return element;
    }

    /** Returns the number of UTF-16 units in valid UTF-8. */
    private static int characters(byte[] array, int offset, int length) {
        int characters = 0;
        for (int i = offset; i < offset + length; i++) {
            if ((array[i] & 0xC0) != 0x80) characters++;
            if ((array[i] & 0xF8) == 0xF0) characters++;
        }
        return characters;
    }

    /** Returns the bytes of the latest {@link #put}. */
    private static final class Source extends InputStream {
        private byte[] array = {};
        private int at;
        private int end;

        void put(byte[] array, int offset, int length) {
            this.array = array;
            this.at = offset;
            this.end = offset + length;
        }

        @Override public int read() { return at < end ? array[at++] & 0xff : -1; }

        @Override public int read(byte[] into, int offset, int length) {
            int n = Math.min(length, end - at);
            if (n <= 0) return -1;
            System.arraycopy(array, at, into, offset, n);
            at += n;
            return n;
        }
    }
}
