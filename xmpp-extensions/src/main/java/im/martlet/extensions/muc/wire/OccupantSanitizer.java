package im.martlet.extensions.muc.wire;

import im.martlet.address.Jid;
import im.martlet.stanza.Payload;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;

/**
 * What an occupant may not say, since it is the room's to say: it is taken off, all of it (XEP-0045 §17.3, XEP-0421 §4,
 * XEP-0359 §3).
 */
public final class OccupantSanitizer {
    private static final String ADDRESSES = "http://jabber.org/protocol/address";

    private OccupantSanitizer() {}

    /** A payload of an occupant's without what only the room may say. */
    public static Payload of(Payload payload, Jid room) {
        return payload.without(e -> isReserved(e, room));
    }

    private static boolean isReserved(Element e, Jid room) {
        return switch (e.namespace()) {
            case MucXml.NS, MucXml.USER, MucXml.OCCUPANT_ID, MucXml.DELAY, HatForms.NS, ADDRESSES, "jabber:x:delay" ->
                    true;
            case Namespaces.STANZA_ID -> e.name().equals("stanza-id") && !isOfAnother(e, room);
            default -> false;
        };
    }

    /** A foreign archive's id is left alone; whatever is not clearly one is not. */
    private static boolean isOfAnother(Element stanzaId, Jid room) {
        try {
            return !Jid.parse(stanzaId.attribute("by").orElse("")).bare().equals(room);
        } catch (im.martlet.address.JidException e) {
            return false;
        }
    }
}
