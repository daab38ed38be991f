package im.martlet.extensions.muc;

import im.martlet.address.Jid;
import im.martlet.extensions.muc.rules.RolePrivilege;
import im.martlet.extensions.muc.state.Occupant;
import im.martlet.extensions.muc.state.SharedPresence;
import im.martlet.extensions.muc.wire.JoinRequest;
import im.martlet.extensions.muc.wire.MucItem;
import im.martlet.extensions.muc.wire.MucXml;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Decision;
import im.martlet.stanza.Payload;
import im.martlet.stanza.Presence;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import jakarta.inject.Inject;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Handles presence to a room: entering, leaving, new presence and new nicknames (XEP-0045 §7.2-§7.7, §7.14). */
final class OccupantPresence {
    private static final Logger LOG = LoggerFactory.getLogger(OccupantPresence.class);
    private static final int NICK_CHANGED = 303;

    private final LiveRooms rooms;
    private final JoinHandler joinHandler;
    private final LeaveHandler leaveHandler;
    private final UnreachableDevices unreachableDevices;
    private final OccupantSanitizer sanitizer;
    private final RoomBroadcast broadcast;

    @Inject OccupantPresence(LiveRooms rooms, JoinHandler joinHandler, LeaveHandler leaveHandler,
            UnreachableDevices unreachableDevices, OccupantSanitizer sanitizer, RoomBroadcast broadcast) {
        this.rooms = rooms;
        this.joinHandler = joinHandler;
        this.leaveHandler = leaveHandler;
        this.unreachableDevices = unreachableDevices;
        this.sanitizer = sanitizer;
        this.broadcast = broadcast;
    }

    void receive(Presence presence, StanzaTransaction transaction) {
        var found = rooms.find(Objects.requireNonNull(presence.to()).bare());
        switch (presence.type()) {
            case AVAILABLE -> JoinRequest.in(presence).ifPresentOrElse(
                    request -> join(found, presence, request, transaction),
                    () -> show(found, presence, transaction));
            case UNAVAILABLE -> found.ifPresentOrElse(
                    live -> leaveHandler.leave(live.room(), presence, transaction), () -> dropNoRoom(presence));
            case ERROR -> found.ifPresentOrElse(
                    live -> handleError(live, presence, transaction), () -> dropNoRoom(presence));
            case SUBSCRIBE -> throw new StanzaException(
                    Condition.NOT_ALLOWED.because("a room has no presence subscriptions; enter it instead"));
            case SUBSCRIBED, UNSUBSCRIBE, UNSUBSCRIBED, PROBE -> Decision.DROPPED.log(LOG,
                    "a room has no presence subscriptions", null, presence);
        }
    }

    private void handleError(LiveRoom live, Presence error, StanzaTransaction transaction) {
        if (!unreachableDevices.handleError(live, error, transaction))
            Decision.DROPPED.log(LOG, "the error does not mean that an occupant's device is gone", live.address(),
                    error);
    }

    private static void dropNoRoom(Presence presence) {
        Decision.DROPPED.log(LOG, "the room does not exist", null, presence);
    }

    private void join(Optional<LiveRoom> found, Presence presence, JoinRequest request,
            StanzaTransaction transaction) {
        if (found.isEmpty()) {
            joinHandler.createRoom(presence, request, transaction);
            return;
        }
        var live = found.get();
        var occupant = live.room().withDevice(presence.from());
        if (occupant.isEmpty()) joinHandler.join(live, presence, request, transaction);
        else { // the device has lost its state, so it gets everything again (§17.3)
            update(live, occupant.get(), presence, transaction);
            joinHandler.sendRoomState(live, occupant.get(), presence, request, transaction);
        }
    }

    private void show(Optional<LiveRoom> found, Presence presence, StanzaTransaction transaction) {
        if (Objects.requireNonNull(presence.to()).isBare())
            throw new StanzaException(Condition.JID_MALFORMED.because("the address of the room needs a nickname"));
        var live = found.filter(room -> room.room().withDevice(presence.from()).isPresent());
        if (live.isEmpty()) {
            broadcast.answerNotInRoom(presence, transaction); // §7.2.18
            return;
        }
        var occupant = live.get().room().withDevice(presence.from()).orElseThrow();
        update(live.get(), occupant, presence, transaction);
        broadcast.answerWithSelf(live.get().room(), occupant, presence, transaction);
    }

    /** Stores a device's presence and new nickname, and shows them to all other devices in the room. */
    private void update(LiveRoom live, Occupant occupant, Presence presence, StanzaTransaction transaction) {
        var as = JoinHandler.nickAddress(presence);
        if (!as.resource().equals(occupant.nick())) rename(live, occupant, as, transaction);
        live.room().show(presence.from(), sanitizer.clean(presence, live.address(), occupant.id()));
        broadcast.showToOthers(live.room(), occupant, transaction);
        broadcast.showToOtherDevices(live.room(), occupant, presence.from(), transaction);
    }

    /** Changes a nickname (§7.6). */
    private void rename(LiveRoom live, Occupant occupant, Jid as, StanzaTransaction transaction) {
        var room = live.room();
        if (!RolePrivilege.CHANGE_NICKNAME.allows(occupant.role(), room.config()))
            throw new StanzaException(Condition.FORBIDDEN.plain());
        if (room.occupant(as.resource()).isPresent() || room.isTaken(as.resource(), occupant.user()))
            throw new StanzaException(Condition.CONFLICT.because("another user has this nickname"));
        var before = occupant.address();
        var item = MucItem.of(room.affiliation(occupant.user()), occupant.role()).nick(as.resource());
        var device = occupant.shown().from();
        var common = Payload.of(MucXml.occupantId(occupant.id()));
        for (Jid own : occupant.devices())
            broadcast.send(new Presence(Presence.Type.UNAVAILABLE, before, own, "", "",
                    common.with(MucXml.x(item.jid(device).element(), 110, NICK_CHANGED))), transaction);
        if (RoomBroadcast.isShown(room, occupant.role()))
            broadcast.showGoneToOthers(room, occupant,
                    new SharedPresence(common.with(MucXml.x(item.element(), NICK_CHANGED)),
                            common.with(MucXml.x(item.jid(device).element(), NICK_CHANGED))),
                    before, transaction);
        room.rename(occupant, as);
    }
}
