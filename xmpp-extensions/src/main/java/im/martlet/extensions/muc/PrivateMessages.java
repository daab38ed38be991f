package im.martlet.extensions.muc;

import im.martlet.address.Jid;
import im.martlet.extensions.muc.rules.RolePrivilege;
import im.martlet.extensions.muc.wire.MucXml;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Decision;
import im.martlet.stanza.KeepPolicy;
import im.martlet.stanza.Message;
import im.martlet.stanza.RandomIds;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends messages from one occupant to another (XEP-0045 §7.5). The room does not archive them. */
final class PrivateMessages {
    private static final Logger LOG = LoggerFactory.getLogger(PrivateMessages.class);

    private final RoomBroadcast broadcast;
    private final OccupantSanitizer sanitizer;

    @Inject PrivateMessages(RoomBroadcast broadcast, OccupantSanitizer sanitizer) {
        this.broadcast = broadcast;
        this.sanitizer = sanitizer;
    }

    void send(LiveRoom live, Message sent, StanzaTransaction transaction) {
        var room = live.room();
        if (sent.type() == Message.Type.GROUPCHAT)
            throw StanzaException.badRequest("a message of type 'groupchat' must go to the room, not to an occupant");
        var sender = room.withDevice(sent.from())
                .orElseThrow(() -> new StanzaException(Condition.NOT_ACCEPTABLE.because("you are not in the room")));
        if (!RolePrivilege.SEND_PRIVATE_MESSAGES.allows(sender.role(), room.config()))
            throw new StanzaException(Condition.FORBIDDEN.plain());
        var target = room.occupant(sent.to().resource()).orElseThrow(
                () -> new StanzaException(Condition.ITEM_NOT_FOUND.because("no occupant has this nickname")));
        var payload = sanitizer.clean(sent.payload(), room.address()).with(MucXml.occupantId(sender.id()),
                Element.of(MucXml.USER, "x"));
        var message = new Message(sent.type(), sender.address(), sent.to(),
                sent.id().isEmpty() ? RandomIds.next() : sent.id(), sent.lang(), payload);
        Decision.NOT_ARCHIVED.log(LOG, "the message is a private message in a room", room.address(), message);
        boolean first = true;
        for (Jid device : target.devices()) { // only the first copy may enter the archive of the target's account
            live.pendingRelays().addPrivateMessage(device, message.id());
            broadcast.send((first ? message : message.with(payload.with(Element.of(KeepPolicy.HINTS, "no-store"))))
                    .withTo(device), transaction);
            first = false;
        }
    }

    /** Forwards the error to a private message to its author, as if the target had sent it. */
    void forwardError(LiveRoom live, Message error, StanzaTransaction transaction) {
        var room = live.room();
        var by = room.withDevice(error.from());
        var author = room.occupant(error.to().resource());
        if (by.isEmpty() || author.isEmpty()) {
            Decision.DROPPED.log(LOG, "the author or the target of the private message has left the room",
                    room.address(), error);
            return;
        }
        for (Jid device : author.get().devices())
            broadcast.send(new Message(Message.Type.ERROR, by.get().address(), device, error.id(), "",
                    sanitizer.clean(error.payload(), room.address())), transaction);
    }
}
