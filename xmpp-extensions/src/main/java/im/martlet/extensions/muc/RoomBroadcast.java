package im.martlet.extensions.muc;

import im.martlet.address.Jid;
import im.martlet.extensions.muc.rules.RolePrivilege;
import im.martlet.extensions.muc.state.Occupant;
import im.martlet.extensions.muc.state.Role;
import im.martlet.extensions.muc.state.Room;
import im.martlet.extensions.muc.state.SharedPresence;
import im.martlet.extensions.muc.wire.MucXml;
import im.martlet.extensions.muc.wire.RelayedPresence;
import im.martlet.routing.Router;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Message;
import im.martlet.stanza.Payload;
import im.martlet.stanza.Presence;
import im.martlet.stanza.RandomIds;
import im.martlet.stanza.Stanza;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.util.stream.IntStream;

/**
 * What a room says to its occupants. A payload is made once, and its bytes are shared by all who get it. On the room's
 * mailbox.
 */
final class RoomBroadcast {
    private final Router router;

    @Inject RoomBroadcast(Router router) { this.router = router; }

    void send(Stanza stanza, StanzaTransaction transaction) { router.route(stanza, transaction); }

    /** A message to everybody. */
    void toAll(Room room, Message message, StanzaTransaction transaction) {
        for (Jid device : room.devices()) router.route(message.withTo(device), transaction);
    }

    /** Something that the room itself says to everybody (XEP-0045 §10.2.1). */
    void notice(Room room, Element content, StanzaTransaction transaction) {
        toAll(room, new Message(Message.Type.GROUPCHAT, room.address(), room.address(), RandomIds.next(), "",
                Payload.of(content)), transaction);
    }

    // ---- presence

    /** Whether others see an occupant of this role. */
    static boolean isShown(Room room, Role role) {
        return RolePrivilege.BROADCAST_PRESENCE.allows(role, room.config());
    }

    /** Whether somebody sees real addresses. */
    static boolean seesAddresses(Room room, Occupant viewer) {
        return room.config().isNonAnonymous() || viewer.role() == Role.MODERATOR;
    }

    static SharedPresence look(Room room, Occupant occupant) {
        return occupant.look().orElseGet(() -> {
            var made = RelayedPresence.of(occupant, room.affiliation(occupant.user()), room.hats().of(occupant.user()));
            occupant.look(made);
            return made;
        });
    }

    /** Shows an occupant to all others, as they are now. */
    void toOthers(Room room, Occupant occupant, StanzaTransaction transaction) {
        if (isShown(room, occupant.role()))
            pass(room, occupant, look(room, occupant), Presence.Type.AVAILABLE, occupant.address(), transaction);
    }

    /** Shows an occupant to all others, as somebody who is gone. */
    void goneToOthers(Room room, Occupant occupant, SharedPresence last, Jid from, StanzaTransaction transaction) {
        pass(room, occupant, last, Presence.Type.UNAVAILABLE, from, transaction);
    }

    private void pass(Room room, Occupant occupant, SharedPresence look, Presence.Type type, Jid from,
            StanzaTransaction transaction) {
        for (Occupant viewer : room.occupants()) if (viewer != occupant) {
            var payload = seesAddresses(room, viewer) ? look.open() : look.guarded();
            for (Jid device : viewer.devices())
                router.route(new Presence(type, from, device, "", "", payload), transaction);
        }
    }

    /** Shows an occupant to their own devices. */
    void toSelf(Room room, Occupant occupant, StanzaTransaction transaction, int... status) {
        var payload = RelayedPresence.self(occupant, room.affiliation(occupant.user()), room.hats().of(occupant.user()),
                status(status));
        for (Jid device : occupant.devices()) router
                .route(new Presence(Presence.Type.AVAILABLE, occupant.address(), device, "", "", payload), transaction);
    }

    /** Shows an occupant to all of their own devices but one. */
    void toOtherDevices(Room room, Occupant occupant, Jid device, StanzaTransaction transaction) {
        if (occupant.devices().size() < 2) return;
        var payload =
                RelayedPresence.self(occupant, room.affiliation(occupant.user()), room.hats().of(occupant.user()), 110);
        for (Jid own : occupant.devices())
            if (!own.equals(device))
                router.route(new Presence(Presence.Type.AVAILABLE, occupant.address(), own, "", "", payload),
                        transaction);
    }

    /** Shows an occupant to one of their own devices, in answer to what it has said. */
    void toSelf(Room room, Occupant occupant, Presence said, StanzaTransaction transaction, int... status) {
        var payload = RelayedPresence.self(occupant, room.affiliation(occupant.user()), room.hats().of(occupant.user()),
                status(status));
        router.route(new Presence(Presence.Type.AVAILABLE, occupant.address(), said.from(), said.id(), "", payload),
                transaction);
    }

    private static int[] status(int... more) {
        return IntStream.concat(IntStream.of(110), IntStream.of(more)).sorted().toArray();
    }

    /** Shows an occupant to everybody, as they are now. */
    void toEverybody(Room room, Occupant occupant, StanzaTransaction transaction) {
        toOthers(room, occupant, transaction);
        toSelf(room, occupant, transaction);
    }

    /** Shows all others to one device. */
    void others(Room room, Occupant to, Jid device, StanzaTransaction transaction) {
        for (Occupant other : room.occupants()) if (other != to && isShown(room, other.role())) {
            var look = look(room, other);
            router.route(new Presence(Presence.Type.AVAILABLE, other.address(), device, "", "",
                    seesAddresses(room, to) ? look.open() : look.guarded()), transaction);
        }
    }

    /** Tells somebody that they are not in a room where they think they are (XEP-0045 §7.2.18). */
    void notHere(Presence said, StanzaTransaction transaction) {
        var item = Element.of(MucXml.USER, "item").with("affiliation", "none").with("role", "none")
                .with(Element.of(MucXml.USER, "reason").withText("You are not in the room."));
        router.route(new Presence(Presence.Type.UNAVAILABLE, java.util.Objects.requireNonNull(said.to()), said.from(),
                said.id(), "", Payload.of(MucXml.x(item, 110, 307, 333))), transaction);
    }
}
