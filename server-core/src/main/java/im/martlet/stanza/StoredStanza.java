package im.martlet.stanza;

import im.martlet.address.Jid;
import im.martlet.xml.Element;
import im.martlet.xml.XmlException;
import im.martlet.xml.XmlReader;
import java.nio.charset.StandardCharsets;

/** Stanzas as the database keeps them: as XML text that this server wrote. */
public final class StoredStanza {
    private static final byte[] NAME = "<message".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NAMESPACE = (" xmlns='" + Stanza.CLIENT + "'").getBytes(StandardCharsets.US_ASCII);

    private StoredStanza() {}

    public static String write(Stanza stanza) { return stanza.toElement().toString(); }

    /** A message as an archive keeps it: the bytes that go to clients. */
    public static byte[] bytes(Message message) {
        return StanzaWriter.bytes(message);
    }

    /** The same for one that went to many: without a recipient (XEP-0313 §6.1.2). */
    public static byte[] bytesForAll(Message message) {
        return StanzaWriter.bytes(message, null);
    }

    /** Those bytes with a namespace of their own, for inside another element. */
    public static byte[] standalone(byte[] message) {
        var all = new byte[message.length + NAMESPACE.length];
        System.arraycopy(message, 0, all, 0, NAME.length);
        System.arraycopy(NAMESPACE, 0, all, NAME.length, NAMESPACE.length);
        System.arraycopy(message, NAME.length, all, NAME.length + NAMESPACE.length, message.length - NAME.length);
        return all;
    }

    /** Reads what {@link #bytes} wrote. */
    public static Message read(byte[] message) {
        return (Message) read(new String(standalone(message), StandardCharsets.UTF_8));
    }

    /** Reads what {@link #write} wrote; anything else is damage, and an {@link IllegalStateException}. */
    public static Stanza read(String xml) {
        try {
            Element e = XmlReader.parse(xml);
            var from = Jid.parse(e.attribute("from").orElseThrow());
            if (StanzaReader.read(e, from) instanceof StanzaReader.Result.Good(var stanza)) return stanza;
        } catch (XmlException | RuntimeException damaged) {
            throw new IllegalStateException("not a stanza: " + xml, damaged);
        }
        throw new IllegalStateException("not a stanza: " + xml);
    }
}
