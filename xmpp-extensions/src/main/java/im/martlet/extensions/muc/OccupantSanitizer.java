package im.martlet.extensions.muc;

import im.martlet.address.Jid;
import im.martlet.address.JidException;
import im.martlet.extensions.muc.wire.MucXml;
import im.martlet.stanza.Payload;
import im.martlet.stanza.Presence;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import jakarta.inject.Inject;

/**
 * Removes the elements that only the room may send from everything that occupants send (XEP-0045 §17.3, XEP-0421 §4,
 * XEP-0359 §3).
 */
final class OccupantSanitizer {
    private static final String ADDRESSES = "http://jabber.org/protocol/address";

    private final RoomHooks hooks;

    @Inject OccupantSanitizer(RoomHooks hooks) { this.hooks = hooks; }

    /** Returns the payload of an occupant's stanza without elements that only the room may send. */
    Payload clean(Payload payload, Jid room) {
        return payload.without(e -> isReserved(e, room));
    }

    /** Returns a presence without elements that only the room may send, and with the id of its occupant. */
    Presence clean(Presence presence, Jid room, String occupantId) {
        return presence.with(clean(presence.payload(), room).with(MucXml.occupantId(occupantId)));
    }

    private boolean isReserved(Element e, Jid room) {
        return switch (e.namespace()) {
            case MucXml.NS, MucXml.USER, MucXml.OCCUPANT_ID, MucXml.DELAY, ADDRESSES, "jabber:x:delay" -> true;
            case Namespaces.STANZA_ID -> e.name().equals("stanza-id") && !isOfOtherArchive(e, room);
            default -> hooks.isReserved(e.namespace());
        };
    }

    /** Returns whether another archive than the room's has set a stanza id. An invalid address counts as the room's. */
    private static boolean isOfOtherArchive(Element stanzaId, Jid room) {
        try {
            return !Jid.parse(stanzaId.attribute("by").orElse("")).bare().equals(room);
        } catch (JidException e) {
            return false;
        }
    }
}
