package im.martlet.xml;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * One direction of an XML stream: takes bytes as they come, hands out the header, then whole first-level elements, then
 * the end. Framing comes first, so that only a whole, bounded element reaches the parser, and an idle stream keeps
 * nothing but a few numbers. Used by one thread at a time.
 */
public final class XmlStream {
    /** What a stream is made of. */
    public interface Receiver {
        void header(StreamHeader header);

        void element(Element element);

        /** The closing tag of the stream. */
        void end();
    }

    private static final byte[] NOTHING = {};

    private final ElementParser parser;
    private final Receiver receiver;
    private final Framer framer;
    private StreamNamespaces namespaces = StreamNamespaces.CLIENT;
    private byte[] kept = NOTHING; // the beginning of an element whose rest has not come
    private int keptLength;
    private boolean stopped;
    private boolean failed;

    public XmlStream(ElementParser parser, XmlLimits limits, Receiver receiver) {
        this.parser = parser;
        this.receiver = receiver;
        this.framer = new Framer(limits);
    }

    /**
     * Takes more bytes. The receiver may call {@link #restart}, {@link #limits} and {@link #stop} from inside. The
     * buffer is used up on return, unless the stream was stopped.
     *
     * @throws XmlException when the input is not allowed; the stream takes nothing more after that
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
            kept = NOTHING;
            throw e;
        }
    }

    /** @param shift index in {@code array} of the buffer's position 0 */
    private void feed(ByteBuffer bytes, byte[] array, int shift) throws XmlException {
        int at = bytes.position() + shift;
        int to = bytes.limit() + shift;
        while (at < to && !stopped) {
            int begin = at;
            at = framer.scan(array, begin, to);
            bytes.position(at - shift);
            if (framer.found() == Framer.Found.NOTHING) {
                if (framer.isInside()) keep(array, framer.start() < 0 ? begin : framer.start(), at);
            } else if (keptLength > 0) {
                keep(array, begin, at);
                var whole = kept;
                int length = keptLength;
                forget();
                handOut(whole, 0, length);
            } else handOut(array, Math.max(framer.start(), begin), at);
        }
    }

    private void handOut(byte[] array, int from, int to) throws XmlException {
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
        if (kept.length < keptLength + length)
            kept = Arrays.copyOf(kept, Math.max(keptLength + length, 2 * keptLength));
        System.arraycopy(array, from, kept, keptLength, length);
        keptLength += length;
    }

    private void forget() {
        kept = NOTHING;
        keptLength = 0;
    }

    /** Bounds from now on. */
    public void limits(XmlLimits limits) { framer.limits(limits); }

    /** Expects a new header: the old stream is forgotten (RFC 6120 §4.3.3). Bytes that follow belong to the new one. */
    public void restart() {
        framer.reset();
        forget();
    }

    /** Stops in the middle of a buffer: what is left of it stays in it (STARTTLS). */
    public void stop() {
        stopped = true;
    }

    /** Bytes kept here, waiting for the rest of an element. */
    public int pending() { return keptLength; }
}
