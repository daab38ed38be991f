package im.martlet.extensions.muc.wire;

import im.martlet.extensions.muc.state.Affiliation;
import im.martlet.extensions.muc.state.Hats;
import im.martlet.extensions.muc.state.Occupant;
import im.martlet.extensions.muc.state.SharedPresence;
import im.martlet.stanza.Payload;
import im.martlet.stanza.Presence;
import java.util.List;

/** Presence as a room passes it on. */
public final class RelayedPresence {
    private RelayedPresence() {}

    /**
     * A presence of a device, without what only the room may say, and with the id of its occupant; what all that see it
     * have in common.
     */
    public static Presence cleaned(Presence presence, im.martlet.address.Jid room, String occupantId) {
        return presence.with(OccupantSanitizer.of(presence.payload(), room).with(MucXml.occupantId(occupantId)));
    }

    /** How an occupant looks at the moment. */
    public static SharedPresence of(Occupant occupant, Affiliation affiliation, List<Hats.Hat> hats) {
        var payload = dressed(occupant, hats);
        var shown = occupant.shown();
        var item = MucItem.of(affiliation, occupant.role());
        return new SharedPresence(payload.with(MucXml.x(item.element())),
                payload.with(MucXml.x(item.jid(shown.from()).element())));
    }

    /** How an occupant looks to one of their own devices, which is told what it needs to know (XEP-0045 §7.2.2). */
    public static Payload self(Occupant occupant, Affiliation affiliation, List<Hats.Hat> hats, int... status) {
        return dressed(occupant, hats).with(
                MucXml.x(MucItem.of(affiliation, occupant.role()).jid(occupant.shown().from()).element(), status));
    }

    private static Payload dressed(Occupant occupant, List<Hats.Hat> hats) {
        var payload = occupant.shown().payload();
        return HatForms.worn(hats).map(payload::with).orElse(payload);
    }
}
