package im.martlet.xml;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * One direction of an XML stream: turns bytes into the header, then whole first-level elements, then the end. Framing
 * comes first. So only a whole element within the limits reaches the parser, and an idle stream keeps only a few
 * numbers. Used by one thread at a time.
 */
public final class XmlStream {
    /** Receives the parts of a stream. */
    public interface Receiver {
        void header(StreamHeader header);

        void element(Element element);

        /** Receives the end tag of the stream. */
        void end();
    }

    private static final byte[] EMPTY = {};

    private final ElementParser parser;
    private final Receiver receiver;
    private final Framer framer;
    private StreamNamespaces namespaces = StreamNamespaces.CLIENT;
    private byte[] partial = EMPTY; // the beginning of an incomplete element
    private int partialLength;
    private boolean stopped;
    private boolean failed;

    public XmlStream(ElementParser parser, XmlLimits limits, Receiver receiver) {
        this.parser = parser;
        this.receiver = receiver;
        this.framer = new Framer(limits);
    }

    /**
     * Parses more bytes. The receiver may call {@link #restart}, {@link #limits} and {@link #stop} from inside. On
     * return the buffer is used up, unless the stream was stopped.
     *
     * @throws XmlException if the input is not allowed; after that the stream ignores all input
     */
    public void feed(ByteBuffer bytes) throws XmlException {
        if (failed) {
            bytes.position(bytes.limit());
            return;
        }
        stopped = false;
        try {
            if (bytes.hasArray()) feed(bytes, bytes.array(), bytes.arrayOffset());
            else {
                var copy = new byte[bytes.remaining()];
                bytes.duplicate().get(copy);
                feed(bytes, copy, -bytes.position());
            }
        } catch (XmlException e) {
            failed = true;
            partial = EMPTY;
            throw e;
        }
    }

    /** @param shift the index of the buffer's position 0 in the array */
    private void feed(ByteBuffer bytes, byte[] array, int shift) throws XmlException {
        int at = bytes.position() + shift;
        int to = bytes.limit() + shift;
        while (at < to && !stopped) {
            int begin = at;
            at = framer.scan(array, begin, to);
            bytes.position(at - shift);
            if (framer.found() == Framer.Found.NOTHING) {
                if (framer.isInside()) keep(array, framer.start() < 0 ? begin : framer.start(), at);
            } else if (partialLength > 0) {
                keep(array, begin, at);
                var whole = partial;
                int length = partialLength;
                clear();
                deliver(whole, 0, length);
            } else deliver(array, Math.max(framer.start(), begin), at);
        }
    }

    private void deliver(byte[] array, int from, int to) throws XmlException {
        switch (framer.found()) {
            case HEADER -> {
                var header = parser.header(array, from, to - from);
                namespaces = header.namespaces().inside();
                receiver.header(header);
            }
            case ELEMENT -> receiver.element(parser.parse(array, from, to - from, namespaces));
            case END -> receiver.end();
            case NOTHING -> {}
        }
    }

    private void keep(byte[] array, int from, int to) {
        int length = to - from;
        if (partial.length < partialLength + length)
            partial = Arrays.copyOf(partial, Math.max(partialLength + length, 2 * partialLength));
        System.arraycopy(array, from, partial, partialLength, length);
        partialLength += length;
    }

    private void clear() {
        partial = EMPTY;
        partialLength = 0;
    }

    /** Applies new limits. */
    public void limits(XmlLimits limits) { framer.limits(limits); }

    /** Forgets the old stream and expects a new header (RFC 6120 §4.3.3). The next bytes belong to the new stream. */
    public void restart() {
        framer.reset();
        clear();
    }

    /** Stops in the middle of a buffer and leaves the rest of its bytes unread (STARTTLS). */
    public void stop() {
        stopped = true;
    }

    /** Returns the number of bytes that wait here for the rest of an element. */
    public int pending() {
        return partialLength;
    }
}
