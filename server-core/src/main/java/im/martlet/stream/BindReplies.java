package im.martlet.stream;

import im.martlet.address.Jid;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Payload;
import im.martlet.stanza.RandomIds;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaError;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import im.martlet.xml.XmlWriter;

/** The stanzas that a stream writes itself: replies to a bind request, and a ping. */
final class BindReplies {
    private BindReplies() {}

    static byte[] bound(String id, Jid jid) {
        var bind = Element.of(Bind.NS, "bind").with(Element.of(Bind.NS, "jid").withText(jid.toString()));
        return bytes(iq("result", id).with(bind));
    }

    static byte[] refused(String id, StanzaError error) { return bytes(iq("error", id).with(error.toElement())); }

    /** Returns a ping. Every client replies to it, if only with an error (RFC 6120 §8.2.3). */
    static Iq ping(Jid client) {
        return new Iq.Get(client.host(), client, RandomIds.next(), "", Payload.of(Element.of(Namespaces.PING, "ping")));
    }

    private static Element iq(String type, String id) {
        return Element.of(Stanza.CLIENT, "iq").with("type", type).with("id", id);
    }

    private static byte[] bytes(Element element) { return new XmlWriter().element(element, Stanza.CLIENT).toBytes(); }
}
