package im.martlet.extensions.muc.wire;

import im.martlet.extensions.muc.state.Affiliation;
import im.martlet.extensions.muc.state.Occupant;
import im.martlet.extensions.muc.state.SharedPresence;
import im.martlet.stanza.Payload;
import im.martlet.xml.Element;
import java.util.List;

/** Makes the presence of occupants as a room sends it. */
public final class RelayedPresence {
    private RelayedPresence() {}

    /**
     * Returns the presence of an occupant for others.
     *
     * @param added elements that the room adds
     */
    public static SharedPresence of(Occupant occupant, Affiliation affiliation, List<Element> added) {
        var payload = payload(occupant, added);
        var item = MucItem.of(affiliation, occupant.role());
        return new SharedPresence(payload.with(MucXml.x(item.element())),
                payload.with(MucXml.x(item.jid(occupant.shown().from()).element())));
    }

    /**
     * Returns the presence of an occupant for the occupant's own devices (XEP-0045 §7.2.2).
     *
     * @param added elements that the room adds
     * @param status status codes
     */
    public static Payload self(Occupant occupant, Affiliation affiliation, List<Element> added, int... status) {
        return payload(occupant, added).with(
                MucXml.x(MucItem.of(affiliation, occupant.role()).jid(occupant.shown().from()).element(), status));
    }

    private static Payload payload(Occupant occupant, List<Element> added) {
        var payload = occupant.shown().payload();
        return added.isEmpty() ? payload : payload.with(added.toArray(Element[]::new));
    }
}
