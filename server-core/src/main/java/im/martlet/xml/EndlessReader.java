package im.martlet.xml;

import com.ctc.wstx.stax.WstxInputFactory;
import java.io.InputStream;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import org.codehaus.stax2.XMLStreamReader2;

/**
 * A reader over a document that never ends: its opening tag declares what a stream header declares, and each stanza is
 * put under its nose when it is its turn. The framer has made sure that a stanza is whole, so the reader never waits.
 */
final class EndlessReader {
    private static final int MOST = 1 << 20; // bytes; after that it goes, and with it its table of the names it has seen, which may be as long

    private final Source source = new Source();
    private final XMLStreamReader2 reader;
    private int read; // bytes

    EndlessReader(WstxInputFactory factory, StreamNamespaces namespaces) throws XMLStreamException {
        var opening = namespaces.openingTag();
        source.put(opening, 0, opening.length);
        reader = (XMLStreamReader2) factory.createXMLStreamReader(source, "UTF-8");
        reader.next();
    }

    boolean isWornOut() { return read >= MOST; }

    Element read(byte[] array, int offset, int length) throws XMLStreamException {
        read += length;
        long before = reader.getLocationInfo().getEndingCharOffset();
        source.put(array, offset, length);
        if (reader.next() != XMLStreamConstants.START_ELEMENT)
            throw new XMLStreamException("a stanza begins with a tag");
        var element = ElementParser.element(reader);
        // the framer and the parser must agree where it ends, or a stanza could be smuggled past one of them
        if (reader.getLocationInfo().getEndingCharOffset() - before != characters(array, offset, length))
            throw new XMLStreamException("more than one element");
        return element;
    }

    /** UTF-16 units in valid UTF-8. */
    private static int characters(byte[] array, int offset, int length) {
        int characters = 0;
        for (int i = offset; i < offset + length; i++) {
            if ((array[i] & 0xC0) != 0x80) characters++;
            if ((array[i] & 0xF8) == 0xF0) characters++;
        }
        return characters;
    }

    /** Gives out what was put in last. */
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
