package im.martlet.extensions.muc;

import im.martlet.address.Jid;
import im.martlet.extensions.muc.rules.AffiliationChange;
import im.martlet.extensions.muc.state.Affiliate;
import im.martlet.extensions.muc.state.Affiliation;
import im.martlet.extensions.muc.state.Occupant;
import im.martlet.extensions.muc.state.Role;
import im.martlet.extensions.muc.state.Room;
import im.martlet.extensions.muc.state.SharedPresence;
import im.martlet.extensions.muc.wire.MucItem;
import im.martlet.extensions.muc.wire.MucXml;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Message;
import im.martlet.stanza.Payload;
import im.martlet.stanza.RandomIds;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.storage.rooms.RoomMembers;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Changes what people are to a room, lastingly or for a visit, and tells everybody whom that concerns. What is changed
 * has been judged.
 */
final class AffiliationChanges {
    private static final int CHANGED_WHILE_AWAY = 101;

    private final RoomMembers store;
    private final RoomBroadcast out;
    private final LeaveHandler leaving;
    private final Supplier<RoomSettings> settings;

    @Inject AffiliationChanges(RoomMembers store, RoomBroadcast out, LeaveHandler leaving,
            Supplier<RoomSettings> settings) {
        this.store = store;
        this.out = out;
        this.leaving = leaving;
        this.settings = settings;
    }

    /** Changes lasting associations; they are kept before anybody hears of them. @param actor nick of who wants it */
    void affiliate(LiveRoom live, Map<Jid, Affiliate> changes, Optional<String> actor, StanzaTransaction transaction) {
        check(live.room(), changes);
        if (live.isKept()) store.put(live.key(), changes.entrySet().stream().map(LiveRooms::affiliated).toList());
        changes.forEach((who, as) -> change(live.room(), who, as, actor, transaction));
    }

    /** Throws if a room does not know so many people. */
    void check(Room room, Map<Jid, Affiliate> changes) {
        int most = settings.get().affiliations();
        long more = changes.entrySet().stream()
                .filter(c -> !(c.getValue().affiliation() == Affiliation.NONE && c.getValue().nick().isEmpty())
                        && !room.affiliates().containsKey(c.getKey()))
                .count();
        if (more > 0 && room.affiliates().size() + more > most)
            throw new StanzaException(Condition.RESOURCE_CONSTRAINT.because("a room knows " + most + " people"));
    }

    private void change(Room room, Jid who, Affiliate as, Optional<String> actor, StanzaTransaction transaction) {
        var before = room.affiliation(who);
        room.affiliate(who, as);
        var after = room.affiliation(who);
        var present = room.of(who);
        if (present.isEmpty() && before != after) toAbsent(room, who, after, transaction);
        for (Occupant occupant : present) {
            var role = AffiliationChange.roleAfter(occupant.role(), before, room.affiliation(occupant.user()),
                    room.config());
            occupant.changed();
            if (role == Role.NONE) leaving.removed(room, occupant,
                    new LeaveHandler.Why(actor, as.reason(),
                            after == Affiliation.OUTCAST ? LeaveHandler.BANNED : LeaveHandler.NO_MEMBER_ANY_MORE),
                    transaction);
            else become(room, occupant, role, transaction);
        }
    }

    /** §9.3, §18.1: who sees addresses hears of it, and so does who it is about. */
    private void toAbsent(Room room, Jid who, Affiliation now, StanzaTransaction transaction) {
        var said = Payload.of(MucXml.x(MucItem.of(now, Role.NONE).jid(who).element()));
        for (Occupant viewer : room.occupants()) if (RoomBroadcast.seesAddresses(room, viewer)) for (Jid device : viewer
                .devices())
            out.send(new Message(Message.Type.NORMAL, room.address(), device, RandomIds.next(), "", said), transaction);
        if (who.hasLocal() && !room.isLocked())
            out.send(
                    new Message(Message.Type.NORMAL, room.address(), who, RandomIds.next(), "",
                            Payload.of(MucXml.x(MucItem.of(now, Role.NONE).jid(who).element(), CHANGED_WHILE_AWAY))),
                    transaction);
    }

    /** An occupant has another role, or is shown as what they are now. */
    void become(Room room, Occupant occupant, Role role, StanzaTransaction transaction) {
        boolean saw = RoomBroadcast.seesAddresses(room, occupant);
        boolean shown = RoomBroadcast.isShown(room, occupant.role());
        occupant.role(role);
        if (shown && !RoomBroadcast.isShown(room, role)) hide(room, occupant, transaction);
        out.toEverybody(room, occupant, transaction);
        if (!saw && RoomBroadcast.seesAddresses(room, occupant))
            for (Jid device : occupant.devices()) out.others(room, occupant, device, transaction);
    }

    /** To others it looks as if they had gone. */
    void hide(Room room, Occupant occupant, StanzaTransaction transaction) {
        var item = MucItem.of(room.affiliation(occupant.user()), Role.NONE);
        var common = Payload.of(MucXml.occupantId(occupant.id()));
        out.goneToOthers(room, occupant,
                new SharedPresence(common.with(MucXml.x(item.element())),
                        common.with(MucXml.x(item.jid(occupant.shown().from()).element()))),
                occupant.address(), transaction);
    }

    /** The nicknames of who is there as somebody; empty when they are not. */
    static Optional<String> nick(Room room, Jid device) {
        return room.withDevice(device).map(Occupant::nick)
                .or(() -> room.of(device.bare()).stream().map(Occupant::nick).findFirst());
    }

    /**
     * What somebody is in the room at the moment: of one device, or of another one of theirs. Admins need not be there.
     */
    static Role role(Room room, Jid device) {
        if (room.affiliation(device).isAtLeast(Affiliation.ADMIN)) return Role.MODERATOR;
        return room.withDevice(device).map(List::of).orElseGet(() -> room.of(device.bare())).stream()
                .map(Occupant::role).max(Role::compareTo).orElse(Role.NONE);
    }
}
