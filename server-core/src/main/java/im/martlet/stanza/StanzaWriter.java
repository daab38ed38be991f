package im.martlet.stanza;

import im.martlet.address.Jid;
import im.martlet.xml.Element;
import im.martlet.xml.XmlWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Serializes stanzas for client streams. Only the outer tag is serialized again for each recipient. */
public final class StanzaWriter {
    private StanzaWriter() {}

    /** Returns the stanza in UTF-8, in the context of a {@code jabber:client} stream. */
    public static byte[] bytes(Stanza stanza) {
        return bytes(stanza, stanza.to());
    }

    static byte[] bytes(Stanza stanza, @Nullable Jid recipient) {
        byte[] payload = stanza.payload().bytes();
        byte[] start = start(stanza, recipient, payload.length == 0);
        if (payload.length == 0) return start;
        byte[] end = ("</" + stanza.name() + ">").getBytes(StandardCharsets.US_ASCII);
        var all = new byte[start.length + payload.length + end.length];
        System.arraycopy(start, 0, all, 0, start.length);
        System.arraycopy(payload, 0, all, start.length, payload.length);
        System.arraycopy(end, 0, all, start.length + payload.length, end.length);
        return all;
    }

    private static byte[] start(Stanza stanza, @Nullable Jid recipient, boolean empty) {
        var out = new XmlWriter().raw("<").raw(stanza.name());
        if (!stanza.wireType().isEmpty()) out.attribute("type", stanza.wireType());
        if (!stanza.id().isEmpty()) out.attribute("id", stanza.id());
        out.attribute("from", stanza.from().toString());
        if (recipient != null) out.attribute("to", recipient.toString());
        if (!stanza.lang().isEmpty()) out.attribute(Element.XML_LANG, stanza.lang());
        return out.raw(empty ? "/>" : ">").toBytes();
    }
}
