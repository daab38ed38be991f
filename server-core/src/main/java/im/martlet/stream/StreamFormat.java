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
 * The format of a stream on its connection: one endless document, or a sequence of messages. One thread at a time uses
 * the input side. Any thread uses the output side.
 */
public interface StreamFormat {
    /** Begins a stream in one format. */
    @FunctionalInterface
    interface Kind {
        StreamFormat begin(ElementParser parser, XmlLimits limits, XmlStream.Receiver receiver);
    }

    /** Begins a stream of RFC 6120: an endless document in the namespace {@code jabber:client}. */
    static StreamFormat document(ElementParser parser, XmlLimits limits, XmlStream.Receiver receiver) {
        return new TcpStreamFormat(new XmlStream(parser, limits, receiver));
    }

    /**
     * Parses input bytes; in a format of messages, one message. The receiver may call {@link #restart} and
     * {@link #limits} from inside.
     *
     * @throws XmlException if the input is not allowed; after that the stream ignores all input
     */
    void feed(ByteBuffer bytes) throws XmlException;

    /** Expects a new stream header. */
    void restart();

    /** Ignores the rest of the bytes in the current call of {@link #feed}. */
    void stop();

    /** Applies new limits. */
    void limits(XmlLimits limits);

    /** Returns the server's stream header (RFC 6120 §4.7). An empty {@code from} or {@code to} is left out. */
    byte[] header(String from, String to);

    /**
     * Returns elements as the pieces that are sent.
     *
     * @param elements XML for the inside of a stream of {@code jabber:client}, one element each
     */
    List<byte[]> pieces(List<byte[]> elements);

    /**
     * Returns the end of the stream.
     *
     * @param error null if the stream ends without an error
     */
    List<byte[]> end(@Nullable StreamError error);
}
