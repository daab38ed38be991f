package im.martlet.extensions.muc;

import im.martlet.address.Jid;
import im.martlet.extensions.muc.rules.RolePrivilege;
import im.martlet.extensions.muc.state.Look;
import im.martlet.extensions.muc.state.Occupant;
import im.martlet.extensions.muc.wire.Item;
import im.martlet.extensions.muc.wire.JoinRequest;
import im.martlet.extensions.muc.wire.Looks;
import im.martlet.extensions.muc.wire.Muc;
import im.martlet.session.Cause;
import im.martlet.stanza.Payload;
import im.martlet.stanza.Presence;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import jakarta.inject.Inject;
import java.util.Objects;
import java.util.Optional;

/** Presence that comes to a room: who comes, goes, shows themselves anew or takes another nickname (XEP-0045 §7.2-§7.7, §7.14). */
final class Presences {
    private static final int NICK_CHANGED = 303;

    private final LiveRooms rooms;
    private final Entering entering;
    private final Leaving leaving;
    private final Ghosts ghosts;
    private final Outgoing out;

    @Inject Presences(LiveRooms rooms, Entering entering, Leaving leaving, Ghosts ghosts, Outgoing out) {
        this.rooms = rooms;
        this.entering = entering;
        this.leaving = leaving;
        this.ghosts = ghosts;
        this.out = out;
    }

    void receive(Presence said, Cause cause) {
        var found = rooms.find(Objects.requireNonNull(said.to()).bare());
        switch (said.type()) {
            case AVAILABLE -> JoinRequest.in(said).ifPresentOrElse(request -> wantsIn(found, said, request, cause), () -> shows(found, said, cause));
            case UNAVAILABLE -> found.ifPresent(live -> leaving.leaves(live.room(), said, cause)); // §17.3: from others it is ignored
            case ERROR -> found.ifPresent(live -> ghosts.failed(live, said, cause));
            case SUBSCRIBE -> throw new StanzaException(Condition.NOT_ALLOWED.because("a room is entered, and not subscribed to"));
            case SUBSCRIBED, UNSUBSCRIBE, UNSUBSCRIBED, PROBE -> { }
        }
    }

    private void wantsIn(Optional<LiveRoom> found, Presence said, JoinRequest request, Cause cause) {
        if (found.isEmpty()) {
            entering.make(said, request, cause);
            return;
        }
        var live = found.get();
        var occupant = live.room().withDevice(said.from());
        if (occupant.isEmpty()) entering.enter(live, said, request, cause);
        else { // it has lost its way: it is told everything
            update(live, occupant.get(), said, cause);
            entering.welcome(live, occupant.get(), said, request, cause);
        }
    }

    private void shows(Optional<LiveRoom> found, Presence said, Cause cause) {
        if (Objects.requireNonNull(said.to()).isBare()) throw new StanzaException(Condition.JID_MALFORMED.because("a nickname is needed"));
        var live = found.filter(room -> room.room().withDevice(said.from()).isPresent());
        if (live.isEmpty()) {
            out.notHere(said, cause); // §7.2.18
            return;
        }
        var occupant = live.get().room().withDevice(said.from()).orElseThrow();
        update(live.get(), occupant, said, cause);
        out.toSelf(live.get().room(), occupant, said, cause);
    }

    /** Takes note of what a device shows, and of a new nickname; tells everybody but the device itself. */
    private void update(LiveRoom live, Occupant occupant, Presence said, Cause cause) {
        var as = Entering.address(said);
        if (!as.resource().equals(occupant.nick())) rename(live, occupant, as, cause);
        live.room().show(said.from(), Looks.cleaned(said, live.address(), occupant.id()));
        out.toOthers(live.room(), occupant, cause);
        out.toOtherDevices(live.room(), occupant, said.from(), cause);
    }

    /** §7.6. */
    private void rename(LiveRoom live, Occupant occupant, Jid as, Cause cause) {
        var room = live.room();
        if (!RolePrivilege.CHANGE_NICKNAME.allows(occupant.role(), room.config())) throw new StanzaException(Condition.FORBIDDEN.plain());
        if (room.occupant(as.resource()).isPresent() || room.isTaken(as.resource(), occupant.user())) throw new StanzaException(Condition.CONFLICT.because("somebody else has this nickname"));
        var before = occupant.address();
        var item = Item.of(room.affiliation(occupant.user()), occupant.role()).nick(as.resource());
        var device = occupant.shown().from();
        var common = Payload.of(Muc.occupantId(occupant.id()));
        for (Jid own : occupant.devices())
            out.send(new Presence(Presence.Type.UNAVAILABLE, before, own, "", "", common.with(Muc.x(item.jid(device).element(), 110, NICK_CHANGED))), cause);
        if (Outgoing.isShown(room, occupant.role()))
            out.goneToOthers(room, occupant, new Look(common.with(Muc.x(item.element(), NICK_CHANGED)), common.with(Muc.x(item.jid(device).element(), NICK_CHANGED))), before, cause);
        room.rename(occupant, as);
    }
}
