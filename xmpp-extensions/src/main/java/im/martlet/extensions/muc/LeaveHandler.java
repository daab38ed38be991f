package im.martlet.extensions.muc;

import im.martlet.address.Jid;
import im.martlet.extensions.muc.state.Affiliation;
import im.martlet.extensions.muc.state.Occupant;
import im.martlet.extensions.muc.state.Role;
import im.martlet.extensions.muc.state.Room;
import im.martlet.extensions.muc.state.SharedPresence;
import im.martlet.extensions.muc.wire.MucItem;
import im.martlet.extensions.muc.wire.MucXml;
import im.martlet.extensions.muc.wire.OccupantSanitizer;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Payload;
import im.martlet.stanza.Presence;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Occupants go, by themselves or not; nobody goes without being told, and nobody without the others being told. */
final class LeaveHandler {
    /** XEP-0045 §16.6. */
    static final int BANNED = 301;
    static final int KICKED = 307;
    static final int NO_MEMBER_ANY_MORE = 321;
    static final int MEMBERS_ONLY_NOW = 322;
    static final int SHUTDOWN = 332;
    static final int TECHNICAL_PROBLEM = 333;

    /**
     * Why somebody goes.
     *
     * @param actor nick of who wanted it
     * @param reason that they gave; may be empty
     */
    record Why(Optional<String> actor, String reason, int... status) {
        static Why code(int... status) { return new Why(Optional.empty(), "", status); }
    }

    private static final Why OWN_WISH = Why.code();

    private final RoomBroadcast out;

    @Inject LeaveHandler(RoomBroadcast out) { this.out = out; }

    /** A device says that it goes (§7.14). */
    void leaves(Room room, Presence said, StanzaTransaction transaction) {
        room.withDevice(said.from()).ifPresent(occupant -> goes(room, occupant, said.from(),
                OccupantSanitizer.of(said.payload(), room.address()), said.id(), OWN_WISH, transaction));
    }

    /** A device is not there any more (§11.1, §18.1.2). */
    void lost(Room room, Jid device, StanzaTransaction transaction) {
        room.withDevice(device).ifPresent(
                occupant -> goes(room, occupant, device, Payload.EMPTY, "", Why.code(TECHNICAL_PROBLEM), transaction));
    }

    private void goes(Room room, Occupant occupant, Jid device, Payload said, String id, Why why,
            StanzaTransaction transaction) {
        var affiliation = room.affiliation(occupant.user());
        boolean newest = occupant.shown().from().equals(device);
        var common = said.with(MucXml.occupantId(occupant.id()));
        toSelf(occupant, device, common, id, affiliation, why, transaction);
        if (room.leave(device)) toOthers(room, occupant, device, common, affiliation, why, transaction);
        else if (newest) out.toEverybody(room, occupant, transaction); // another device of theirs is what one sees now
    }

    /** An occupant has to go, with all their devices. */
    void removed(Room room, Occupant occupant, Why why, StanzaTransaction transaction) {
        var affiliation = room.affiliation(occupant.user());
        var common = Payload.EMPTY.with(MucXml.occupantId(occupant.id()));
        var last = occupant.shown().from();
        for (Jid device : occupant.devices()) {
            toSelf(occupant, device, common, "", affiliation, why, transaction);
            room.leave(device);
        }
        toOthers(room, occupant, last, common, affiliation, why, transaction);
    }

    private void toSelf(Occupant occupant, Jid device, Payload common, String id, Affiliation affiliation, Why why,
            StanzaTransaction transaction) {
        var item = MucItem.of(affiliation, Role.NONE).jid(device).by(why.actor, why.reason).element();
        var x = MucXml.x(item, IntStream.concat(IntStream.of(110), IntStream.of(why.status)).toArray());
        out.send(new Presence(Presence.Type.UNAVAILABLE, occupant.address(), device, id, "", common.with(x)),
                transaction);
    }

    private void toOthers(Room room, Occupant occupant, Jid device, Payload common, Affiliation affiliation, Why why,
            StanzaTransaction transaction) {
        if (!RoomBroadcast.isShown(room, occupant.role())) return; // nobody has seen them come
        var item = MucItem.of(affiliation, Role.NONE).by(why.actor, why.reason);
        var last = new SharedPresence(common.with(MucXml.x(item.element(), why.status)),
                common.with(MucXml.x(MucItem.of(affiliation, Role.NONE).jid(device).by(why.actor, why.reason).element(),
                        why.status)));
        out.goneToOthers(room, occupant, last, occupant.address(), transaction);
    }

    /** The room ends, or the server stops: each hears only of themselves (§10.9, §11.2). */
    void everybody(Room room, List<Element> also, StanzaTransaction transaction, int... status) {
        for (Occupant occupant : List.copyOf(room.occupants())) for (Jid device : occupant.devices()) {
            var x = MucXml.x(MucItem.of(Affiliation.NONE, Role.NONE).element(),
                    IntStream.concat(IntStream.of(110), IntStream.of(status)).toArray()).with(also);
            out.send(new Presence(Presence.Type.UNAVAILABLE, occupant.address(), device, "", "",
                    Payload.of(MucXml.occupantId(occupant.id()), x)), transaction);
            room.leave(device);
        }
    }
}
