package im.martlet.extensions.muc;

import im.martlet.address.Jid;
import im.martlet.extensions.muc.rules.RolePrivilege;
import im.martlet.extensions.muc.state.Occupant;
import im.martlet.extensions.muc.state.SharedPresence;
import im.martlet.extensions.muc.wire.JoinRequest;
import im.martlet.extensions.muc.wire.MucItem;
import im.martlet.extensions.muc.wire.MucXml;
import im.martlet.extensions.muc.wire.RelayedPresence;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Payload;
import im.martlet.stanza.Presence;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import jakarta.inject.Inject;
import java.util.Objects;
import java.util.Optional;

/**
 * Presence that comes to a room: who comes, goes, shows themselves anew or takes another nickname (XEP-0045 §7.2-§7.7,
 * §7.14).
 */
final class OccupantPresence {
    private static final int NICK_CHANGED = 303;

    private final LiveRooms rooms;
    private final JoinHandler entering;
    private final LeaveHandler leaving;
    private final UnreachableDevices ghosts;
    private final RoomBroadcast out;

    @Inject OccupantPresence(LiveRooms rooms, JoinHandler entering, LeaveHandler leaving, UnreachableDevices ghosts,
            RoomBroadcast out) {
        this.rooms = rooms;
        this.entering = entering;
        this.leaving = leaving;
        this.ghosts = ghosts;
        this.out = out;
    }

    void receive(Presence said, StanzaTransaction transaction) {
        var found = rooms.find(Objects.requireNonNull(said.to()).bare());
        switch (said.type()) {
            case AVAILABLE -> JoinRequest.in(said).ifPresentOrElse(
                    request -> wantsIn(found, said, request, transaction), () -> shows(found, said, transaction));
            case UNAVAILABLE -> found.ifPresent(live -> leaving.leaves(live.room(), said, transaction)); // §17.3: from others it is ignored
            case ERROR -> found.ifPresent(live -> ghosts.failed(live, said, transaction));
            case SUBSCRIBE -> throw new StanzaException(
                    Condition.NOT_ALLOWED.because("a room is entered, and not subscribed to"));
            case SUBSCRIBED, UNSUBSCRIBE, UNSUBSCRIBED, PROBE -> {}
        }
    }

    private void wantsIn(Optional<LiveRoom> found, Presence said, JoinRequest request, StanzaTransaction transaction) {
        if (found.isEmpty()) {
            entering.make(said, request, transaction);
            return;
        }
        var live = found.get();
        var occupant = live.room().withDevice(said.from());
        if (occupant.isEmpty()) entering.enter(live, said, request, transaction);
        else { // it has lost its way: it is told everything
            update(live, occupant.get(), said, transaction);
            entering.welcome(live, occupant.get(), said, request, transaction);
        }
    }

    private void shows(Optional<LiveRoom> found, Presence said, StanzaTransaction transaction) {
        if (Objects.requireNonNull(said.to()).isBare())
            throw new StanzaException(Condition.JID_MALFORMED.because("a nickname is needed"));
        var live = found.filter(room -> room.room().withDevice(said.from()).isPresent());
        if (live.isEmpty()) {
            out.notHere(said, transaction); // §7.2.18
            return;
        }
        var occupant = live.get().room().withDevice(said.from()).orElseThrow();
        update(live.get(), occupant, said, transaction);
        out.toSelf(live.get().room(), occupant, said, transaction);
    }

    /** Takes note of what a device shows, and of a new nickname; tells everybody but the device itself. */
    private void update(LiveRoom live, Occupant occupant, Presence said, StanzaTransaction transaction) {
        var as = JoinHandler.address(said);
        if (!as.resource().equals(occupant.nick())) rename(live, occupant, as, transaction);
        live.room().show(said.from(), RelayedPresence.cleaned(said, live.address(), occupant.id()));
        out.toOthers(live.room(), occupant, transaction);
        out.toOtherDevices(live.room(), occupant, said.from(), transaction);
    }

    /** §7.6. */
    private void rename(LiveRoom live, Occupant occupant, Jid as, StanzaTransaction transaction) {
        var room = live.room();
        if (!RolePrivilege.CHANGE_NICKNAME.allows(occupant.role(), room.config()))
            throw new StanzaException(Condition.FORBIDDEN.plain());
        if (room.occupant(as.resource()).isPresent() || room.isTaken(as.resource(), occupant.user()))
            throw new StanzaException(Condition.CONFLICT.because("somebody else has this nickname"));
        var before = occupant.address();
        var item = MucItem.of(room.affiliation(occupant.user()), occupant.role()).nick(as.resource());
        var device = occupant.shown().from();
        var common = Payload.of(MucXml.occupantId(occupant.id()));
        for (Jid own : occupant.devices())
            out.send(new Presence(Presence.Type.UNAVAILABLE, before, own, "", "",
                    common.with(MucXml.x(item.jid(device).element(), 110, NICK_CHANGED))), transaction);
        if (RoomBroadcast.isShown(room, occupant.role()))
            out.goneToOthers(room, occupant, new SharedPresence(common.with(MucXml.x(item.element(), NICK_CHANGED)),
                    common.with(MucXml.x(item.jid(device).element(), NICK_CHANGED))), before, transaction);
        room.rename(occupant, as);
    }
}
