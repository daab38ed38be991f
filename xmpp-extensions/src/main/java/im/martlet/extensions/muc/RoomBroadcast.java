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
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Sends messages and presence from a room to its occupants. A payload is written once, and all recipients share its
 * bytes. On the room's mailbox.
 */
public final class RoomBroadcast {
    private static final int SELF = 110;
    private static final int KICKED = 307;
    private static final int TECHNICAL_PROBLEM = 333;

    private final Router router;
    private final RoomHooks hooks;

    @Inject RoomBroadcast(Router router, RoomHooks hooks) {
        this.router = router;
        this.hooks = hooks;
    }

    public void send(Stanza stanza, StanzaTransaction transaction) { router.route(stanza, transaction); }

    /** Sends a message to all occupants. */
    public void sendToAll(Room room, Message message, StanzaTransaction transaction) {
        for (Jid device : room.devices()) router.route(message.withTo(device), transaction);
    }

    /** Sends a message of the room itself to all occupants (XEP-0045 §10.2.1). */
    public void sendNotice(Room room, Element content, StanzaTransaction transaction) {
        sendToAll(room, new Message(Message.Type.GROUPCHAT, room.address(), room.address(), RandomIds.next(), "",
                Payload.of(content)), transaction);
    }

    // ---- presence

    /** Returns whether others see the presence of an occupant with this role. */
    static boolean isShown(Room room, Role role) {
        return RolePrivilege.BROADCAST_PRESENCE.allows(role, room.config());
    }

    /** Returns whether an occupant sees real addresses. */
    static boolean seesAddresses(Room room, Occupant viewer) {
        return room.config().isNonAnonymous() || viewer.role() == Role.MODERATOR;
    }

    private SharedPresence sharedPresence(Room room, Occupant occupant) {
        return occupant.sharedPresence().orElseGet(() -> {
            var made = RelayedPresence.of(occupant, room.affiliation(occupant.user()),
                    hooks.presenceElements(room, occupant));
            occupant.sharedPresence(made);
            return made;
        });
    }

    private Payload selfPresence(Room room, Occupant occupant, int... status) {
        return RelayedPresence.self(occupant, room.affiliation(occupant.user()),
                hooks.presenceElements(room, occupant),
                IntStream.concat(IntStream.of(SELF), IntStream.of(status)).sorted().toArray());
    }

    /** Sends the occupant's presence to all others. */
    void showToOthers(Room room, Occupant occupant, StanzaTransaction transaction) {
        if (isShown(room, occupant.role()))
            sendToOthers(room, occupant, sharedPresence(room, occupant), Presence.Type.AVAILABLE, occupant.address(),
                    transaction);
    }

    /** Sends an unavailable presence of the occupant to all others. @param from the occupant's address in the room */
    void showGoneToOthers(Room room, Occupant occupant, SharedPresence last, Jid from, StanzaTransaction transaction) {
        sendToOthers(room, occupant, last, Presence.Type.UNAVAILABLE, from, transaction);
    }

    private void sendToOthers(Room room, Occupant occupant, SharedPresence presence, Presence.Type type, Jid from,
            StanzaTransaction transaction) {
        for (Occupant viewer : room.occupants()) if (viewer != occupant) {
            var payload = seesAddresses(room, viewer) ? presence.open() : presence.guarded();
            for (Jid device : viewer.devices())
                router.route(new Presence(type, from, device, "", "", payload), transaction);
        }
    }

    private void showToSelf(Room room, Occupant occupant, StanzaTransaction transaction) {
        var payload = selfPresence(room, occupant);
        for (Jid device : occupant.devices()) router
                .route(new Presence(Presence.Type.AVAILABLE, occupant.address(), device, "", "", payload), transaction);
    }

    /** Sends the occupant's presence to all of the occupant's own devices but one. */
    void showToOtherDevices(Room room, Occupant occupant, Jid except, StanzaTransaction transaction) {
        if (occupant.devices().size() < 2) return;
        var payload = selfPresence(room, occupant);
        for (Jid device : occupant.devices()) if (!device.equals(except)) router
                .route(new Presence(Presence.Type.AVAILABLE, occupant.address(), device, "", "", payload), transaction);
    }

    /** Sends the occupant's presence to the device that sent a presence, as the answer to it. */
    void answerWithSelf(Room room, Occupant occupant, Presence sent, StanzaTransaction transaction, int... status) {
        router.route(new Presence(Presence.Type.AVAILABLE, occupant.address(), sent.from(), sent.id(), "",
                selfPresence(room, occupant, status)), transaction);
    }

    /** Sends the occupant's presence to all occupants, also to the occupant's own devices. */
    public void showToAll(Room room, Occupant occupant, StanzaTransaction transaction) {
        showToOthers(room, occupant, transaction);
        showToSelf(room, occupant, transaction);
    }

    /** Sends the presence of all others to one device of an occupant. */
    void showOthers(Room room, Occupant viewer, Jid device, StanzaTransaction transaction) {
        for (Occupant other : room.occupants()) if (other != viewer && isShown(room, other.role())) {
            var presence = sharedPresence(room, other);
            router.route(new Presence(Presence.Type.AVAILABLE, other.address(), device, "", "",
                    seesAddresses(room, viewer) ? presence.open() : presence.guarded()), transaction);
        }
    }

    /** Tells a device that it is not in a room although it sent presence as an occupant (XEP-0045 §7.2.18). */
    void answerNotInRoom(Presence sent, StanzaTransaction transaction) {
        var item = Element.of(MucXml.USER, "item").with("affiliation", "none").with("role", "none")
                .with(Element.of(MucXml.USER, "reason").withText("You are not in the room."));
        router.route(new Presence(Presence.Type.UNAVAILABLE, Objects.requireNonNull(sent.to()), sent.from(),
                sent.id(), "", Payload.of(MucXml.x(item, SELF, KICKED, TECHNICAL_PROBLEM))), transaction);
    }
}
