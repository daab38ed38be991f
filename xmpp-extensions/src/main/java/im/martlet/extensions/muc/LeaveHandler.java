package im.martlet.extensions.muc;

import im.martlet.address.Jid;
import im.martlet.extensions.muc.state.Affiliation;
import im.martlet.extensions.muc.state.Occupant;
import im.martlet.extensions.muc.state.Role;
import im.martlet.extensions.muc.state.Room;
import im.martlet.extensions.muc.state.SharedPresence;
import im.martlet.extensions.muc.wire.MucItem;
import im.martlet.extensions.muc.wire.MucXml;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Decision;
import im.martlet.stanza.Payload;
import im.martlet.stanza.Presence;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes devices and occupants that leave a room or that the room expels. Tells them and all other occupants. */
final class LeaveHandler {
    private static final Logger LOG = LoggerFactory.getLogger(LeaveHandler.class);
    /** Status codes (XEP-0045 §16.6). */
    static final int BANNED = 301;
    static final int KICKED = 307;
    static final int MEMBERSHIP_REMOVED = 321;
    static final int MEMBERS_ONLY = 322;
    static final int SHUTDOWN = 332;
    static final int TECHNICAL_PROBLEM = 333;

    /**
     * The reason why an occupant leaves.
     *
     * @param actor the nickname of the moderator or admin that removed the occupant; empty for none
     * @param text the reason in words; may be empty
     * @param status status codes
     */
    record Reason(Optional<String> actor, String text, int... status) {
        static Reason ofStatus(int... status) { return new Reason(Optional.empty(), "", status); }
    }

    private static final Reason OWN_WISH = Reason.ofStatus();

    private final RoomBroadcast broadcast;
    private final OccupantSanitizer sanitizer;

    @Inject LeaveHandler(RoomBroadcast broadcast, OccupantSanitizer sanitizer) {
        this.broadcast = broadcast;
        this.sanitizer = sanitizer;
    }

    /** Removes a device that sent unavailable presence (§7.14). Presence of other devices is dropped (§17.3). */
    void leave(Room room, Presence presence, StanzaTransaction transaction) {
        room.withDevice(presence.from()).ifPresentOrElse(
                occupant -> remove(room, occupant, presence.from(), sanitizer.clean(presence.payload(), room.address()),
                        presence.id(), OWN_WISH, transaction),
                () -> Decision.DROPPED.log(LOG, "the sender of the unavailable presence is not in the room",
                        room.address(), presence));
    }

    /** Removes a device that cannot be reached any more (§11.1, §18.1.2). */
    void lost(Room room, Jid device, StanzaTransaction transaction) {
        room.withDevice(device).ifPresent(occupant -> remove(room, occupant, device, Payload.EMPTY, "",
                Reason.ofStatus(TECHNICAL_PROBLEM), transaction));
    }

    private void remove(Room room, Occupant occupant, Jid device, Payload payload, String id, Reason reason,
            StanzaTransaction transaction) {
        var affiliation = room.affiliation(occupant.user());
        boolean newest = occupant.shown().from().equals(device);
        var common = payload.with(MucXml.occupantId(occupant.id()));
        tellSelf(occupant, device, common, id, affiliation, reason, transaction);
        if (room.leave(device)) tellOthers(room, occupant, device, common, affiliation, reason, transaction);
        else if (newest) broadcast.showToAll(room, occupant, transaction); // others see another device from now on
    }

    /** Removes an occupant with all devices. */
    void remove(Room room, Occupant occupant, Reason reason, StanzaTransaction transaction) {
        var affiliation = room.affiliation(occupant.user());
        var common = Payload.EMPTY.with(MucXml.occupantId(occupant.id()));
        var newest = occupant.shown().from();
        for (Jid device : occupant.devices()) {
            tellSelf(occupant, device, common, "", affiliation, reason, transaction);
            room.leave(device);
        }
        tellOthers(room, occupant, newest, common, affiliation, reason, transaction);
    }

    private void tellSelf(Occupant occupant, Jid device, Payload common, String id, Affiliation affiliation,
            Reason reason, StanzaTransaction transaction) {
        var item = MucItem.of(affiliation, Role.NONE).jid(device).by(reason.actor, reason.text).element();
        var x = MucXml.x(item, IntStream.concat(IntStream.of(110), IntStream.of(reason.status)).toArray());
        broadcast.send(new Presence(Presence.Type.UNAVAILABLE, occupant.address(), device, id, "", common.with(x)),
                transaction);
    }

    private void tellOthers(Room room, Occupant occupant, Jid device, Payload common, Affiliation affiliation,
            Reason reason, StanzaTransaction transaction) {
        if (!RoomBroadcast.isShown(room, occupant.role())) return; // the others never saw this occupant
        var item = MucItem.of(affiliation, Role.NONE);
        var guarded = item.by(reason.actor, reason.text).element();
        var open = item.jid(device).by(reason.actor, reason.text).element();
        broadcast.showGoneToOthers(room, occupant, new SharedPresence(common.with(MucXml.x(guarded, reason.status)),
                common.with(MucXml.x(open, reason.status))), occupant.address(), transaction);
    }

    /**
     * Removes all occupants because the room is destroyed or the server stops. Each device gets its own presence only
     * (§10.9, §11.2).
     *
     * @param more elements to add to the presence
     */
    void removeAll(Room room, List<Element> more, StanzaTransaction transaction, int... status) {
        for (Occupant occupant : List.copyOf(room.occupants())) for (Jid device : occupant.devices()) {
            var x = MucXml.x(MucItem.of(Affiliation.NONE, Role.NONE).element(),
                    IntStream.concat(IntStream.of(110), IntStream.of(status)).toArray()).with(more);
            broadcast.send(new Presence(Presence.Type.UNAVAILABLE, occupant.address(), device, "", "",
                    Payload.of(MucXml.occupantId(occupant.id()), x)), transaction);
            room.leave(device);
        }
    }
}
