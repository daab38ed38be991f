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
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Applies changes of affiliations and roles, and tells all users concerned. The caller has checked that the changes are
 * allowed.
 */
final class AffiliationChanges {
    private static final int CHANGED_WHILE_AWAY = 101;

    private final RoomMembers store;
    private final RoomBroadcast broadcast;
    private final LeaveHandler leaveHandler;
    private final Supplier<RoomSettings> settings;

    @Inject AffiliationChanges(RoomMembers store, RoomBroadcast broadcast, LeaveHandler leaveHandler,
            Supplier<RoomSettings> settings) {
        this.store = store;
        this.broadcast = broadcast;
        this.leaveHandler = leaveHandler;
        this.settings = settings;
    }

    /**
     * Changes affiliations. They are stored before any client learns of them. @param actor the nickname of the author
     */
    void apply(LiveRoom live, Map<Jid, Affiliate> changes, Optional<String> actor, StanzaTransaction transaction) {
        checkLimit(live.room(), changes);
        if (live.isStored()) store.put(live.key(), changes.entrySet().stream().map(LiveRooms::affiliated).toList());
        changes.forEach((user, as) -> apply(live.room(), user, as, actor, transaction));
    }

    /** Throws an error if the room would have too many affiliations after the changes. */
    void checkLimit(Room room, Map<Jid, Affiliate> changes) {
        int limit = settings.get().affiliations();
        long added = changes.entrySet().stream()
                .filter(c -> !(c.getValue().affiliation() == Affiliation.NONE && c.getValue().nick().isEmpty())
                        && !room.affiliates().containsKey(c.getKey()))
                .count();
        if (added > 0 && room.affiliates().size() + added > limit)
            throw new StanzaException(
                    Condition.RESOURCE_CONSTRAINT.because("a room can have at most " + limit + " affiliations"));
    }

    private void apply(Room room, Jid user, Affiliate as, Optional<String> actor, StanzaTransaction transaction) {
        var before = room.affiliation(user);
        room.affiliate(user, as);
        var after = room.affiliation(user);
        var present = room.of(user);
        if (present.isEmpty() && before != after) tellOfAbsentUser(room, user, after, transaction);
        for (Occupant occupant : present) {
            var role = AffiliationChange.roleAfter(occupant.role(), before, room.affiliation(occupant.user()),
                    room.config());
            occupant.presenceChanged();
            if (role == Role.NONE) leaveHandler.remove(room, occupant,
                    new LeaveHandler.Reason(actor, as.reason(),
                            after == Affiliation.OUTCAST ? LeaveHandler.BANNED : LeaveHandler.MEMBERSHIP_REMOVED),
                    transaction);
            else changeRole(room, occupant, role, transaction);
        }
    }

    /** Tells the occupants that see addresses, and the user, of a change while the user is away (§9.3, §18.1). */
    private void tellOfAbsentUser(Room room, Jid user, Affiliation now, StanzaTransaction transaction) {
        var item = MucItem.of(now, Role.NONE).jid(user).element();
        var payload = Payload.of(MucXml.x(item));
        for (Occupant viewer : room.occupants())
            if (RoomBroadcast.seesAddresses(room, viewer))
                for (Jid device : viewer.devices()) broadcast.send(message(room, device, payload), transaction);
        if (user.hasLocal() && !room.isLocked())
            broadcast.send(message(room, user, Payload.of(MucXml.x(item, CHANGED_WHILE_AWAY))), transaction);
    }

    private static Message message(Room room, Jid to, Payload payload) {
        return new Message(Message.Type.NORMAL, room.address(), to, RandomIds.next(), "", payload);
    }

    /** Gives an occupant a role, which may be the same, and shows the occupant anew. */
    void changeRole(Room room, Occupant occupant, Role role, StanzaTransaction transaction) {
        boolean sawAddresses = RoomBroadcast.seesAddresses(room, occupant);
        boolean wasShown = RoomBroadcast.isShown(room, occupant.role());
        occupant.role(role);
        if (wasShown && !RoomBroadcast.isShown(room, role)) hideFromOthers(room, occupant, transaction);
        broadcast.showToAll(room, occupant, transaction);
        if (!sawAddresses && RoomBroadcast.seesAddresses(room, occupant))
            for (Jid device : occupant.devices()) broadcast.showOthers(room, occupant, device, transaction);
    }

    /** Sends the others an unavailable presence, as if the occupant had left. */
    void hideFromOthers(Room room, Occupant occupant, StanzaTransaction transaction) {
        var item = MucItem.of(room.affiliation(occupant.user()), Role.NONE);
        var common = Payload.of(MucXml.occupantId(occupant.id()));
        broadcast.showGoneToOthers(room, occupant,
                new SharedPresence(common.with(MucXml.x(item.element())),
                        common.with(MucXml.x(item.jid(occupant.shown().from()).element()))),
                occupant.address(), transaction);
    }
}
