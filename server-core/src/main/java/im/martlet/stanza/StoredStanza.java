package im.martlet.stanza;

import im.martlet.address.Jid;
import im.martlet.xml.Element;
import im.martlet.xml.XmlException;
import im.martlet.xml.XmlReader;
import java.nio.charset.StandardCharsets;

/** Serializes stanzas for the database, and reads them from there. Their form is XML that this server wrote. */
public final class StoredStanza {
    private static final byte[] NAME = "<message".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NAMESPACE = (" xmlns='" + Stanza.CLIENT + "'").getBytes(StandardCharsets.US_ASCII);

    private StoredStanza() {}

    public static String write(Stanza stanza) { return stanza.toElement().toString(); }

    /** Returns a message in the form that an archive keeps: the same bytes that clients get. */
    public static byte[] bytes(Message message) {
        return StanzaWriter.bytes(message);
    }

    /** Returns that form without a recipient, for a message that went to many (XEP-0313 §6.1.2). */
    public static byte[] bytesForAll(Message message) {
        return StanzaWriter.bytes(message, null);
    }

    /** Returns the bytes of a message with a namespace declaration, to be put into another element. */
    public static byte[] standalone(byte[] message) {
        var all = new byte[message.length + NAMESPACE.length];
        System.arraycopy(message, 0, all, 0, NAME.length);
        System.arraycopy(NAMESPACE, 0, all, NAME.length, NAMESPACE.length);
        System.arraycopy(message, NAME.length, all, NAME.length + NAMESPACE.length, message.length - NAME.length);
        return all;
    }

    /** Reads a message that {@link #bytes} serialized. */
    public static Message read(byte[] message) {
        return (Message) read(new String(standalone(message), StandardCharsets.UTF_8));
    }

    /** Reads a stanza that {@link #write} serialized; throws {@link IllegalStateException} if the text is damaged. */
    public static Stanza read(String xml) {
        try {
            Element e = XmlReader.parse(xml);
            var from = Jid.parse(e.attribute("from").orElseThrow());
            if (StanzaReader.read(e, from) instanceof StanzaReader.Result.Good(var stanza)) return stanza;
        } catch (XmlException | RuntimeException damaged) {
            throw new IllegalStateException("the stored text is no stanza: " + xml, damaged);
        }
        throw new IllegalStateException("the stored text is no stanza: " + xml);
    }
}
