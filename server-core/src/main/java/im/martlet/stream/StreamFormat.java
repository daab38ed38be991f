package im.martlet.stream;

import im.martlet.stanza.StreamError;
import im.martlet.xml.ElementParser;
import im.martlet.xml.XmlException;
import im.martlet.xml.XmlLimits;
import im.martlet.xml.XmlStream;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a stream is cut up on its connection: as one endless document, or as messages. What comes in is used by one
 * thread at a time, what goes out by any.
 */
public interface StreamFormat {
    /** Frames what comes and goes on one connection. */
    @FunctionalInterface
    interface Kind {
        StreamFormat begin(ElementParser parser, XmlLimits limits, XmlStream.Receiver receiver);
    }

    /** RFC 6120: an endless document in the namespace {@code jabber:client}. */
    static StreamFormat document(ElementParser parser, XmlLimits limits, XmlStream.Receiver receiver) {
        return new TcpStreamFormat(new XmlStream(parser, limits, receiver));
    }

    /**
     * Takes what came; on a connection of messages, one message. The receiver may call {@link #restart} and
     * {@link #limits} from inside.
     *
     * @throws XmlException when it is not allowed; the stream takes nothing more after that
     */
    void feed(ByteBuffer bytes) throws XmlException;

    /** Expects a new header. */
    void restart();

    /** Takes no more of the bytes that are being fed. */
    void stop();

    /** Bounds from now on. */
    void limits(XmlLimits limits);

    /** The server's own header (RFC 6120 §4.7). {@code from} and {@code to} are left out when empty. */
    byte[] header(String from, String to);

    /**
     * What was written for the inside of a stream of {@code jabber:client}, each element by itself, as it goes out:
     * piece by piece.
     */
    List<byte[]> pieces(List<byte[]> elements);

    /** What ends the stream. @param why null when there was no error */
    List<byte[]> end(@Nullable StreamError why);
}
