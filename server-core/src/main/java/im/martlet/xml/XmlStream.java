package im.martlet.xml;

import java.nio.ByteBuffer;

/**
 * One direction of an XML stream: takes bytes as they come, hands out the header, then whole first-level elements, then
 * the end. Framing comes first: a byte-level scan finds where an element ends, without allocating, and refuses what XMPP
 * forbids; only a whole, bounded element reaches the parser. Used by one thread at a time.
 */
public interface XmlStream {
    /** What a stream is made of. */
    interface Receiver {
        void header(StreamHeader header);

        void element(Element element);

        /** The closing {@code </stream:stream>}. */
        void end();
    }

    /**
     * Takes more bytes. The receiver may call {@link #restart}, {@link #limits} and {@link #stop} from inside. The
     * buffer is used up on return, unless the stream was stopped.
     *
     * @throws XmlException when the input is not allowed; the stream takes nothing more after that
     */
    void feed(ByteBuffer bytes) throws XmlException;

    /** Bounds from now on. */
    void limits(XmlLimits limits);

    /** Expects a new header: the old stream is forgotten (RFC 6120 §4.3.3). Bytes already here belong to the new one. */
    void restart();

    /** Stops in the middle of a buffer: what is left of it stays in it, and what was kept is dropped (STARTTLS). */
    void stop();

    /** Bytes kept here, waiting for the rest of an element. */
    int pending();
}
