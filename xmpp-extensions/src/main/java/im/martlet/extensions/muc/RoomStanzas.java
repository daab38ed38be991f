package im.martlet.extensions.muc;

import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Decision;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Message;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import jakarta.inject.Inject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes messages and IQs for a room, or for one of its occupants, to their handlers. On the room's mailbox. */
final class RoomStanzas {
    private static final Logger LOG = LoggerFactory.getLogger(RoomStanzas.class);

    private final LiveRooms rooms;
    private final RoomHooks hooks;
    private final IqForwarder iqForwarder;
    private final GroupMessages groupMessages;
    private final PrivateMessages privateMessages;
    private final Invitations invitations;
    private final VoiceRequests voiceRequests;

    @Inject RoomStanzas(LiveRooms rooms, RoomHooks hooks, IqForwarder iqForwarder, GroupMessages groupMessages,
            PrivateMessages privateMessages, Invitations invitations, VoiceRequests voiceRequests) {
        this.rooms = rooms;
        this.hooks = hooks;
        this.iqForwarder = iqForwarder;
        this.groupMessages = groupMessages;
        this.privateMessages = privateMessages;
        this.invitations = invitations;
        this.voiceRequests = voiceRequests;
    }

    void receive(Message m, StanzaTransaction transaction) {
        var found = rooms.find(m.to().bare());
        if (m.isError()) {
            found.ifPresentOrElse(live -> iqForwarder.handleError(live, m, transaction), () -> dropNoRoom(m));
            return;
        }
        var live = found.filter(room -> !room.room().isLocked()).orElseThrow(RoomStanzas::noRoom); // §17.2
        if (m.to().isFull()) privateMessages.send(live, m, transaction);
        else if (m.type() == Message.Type.GROUPCHAT) groupMessages.send(live, m, transaction);
        else if (m.type() != Message.Type.NORMAL
                || !invitations.handle(live, m, transaction) && !voiceRequests.handle(live, m, transaction))
            throw StanzaException.badRequest("a message to all occupants must be of type 'groupchat'"); // §17.2
    }

    private static StanzaException noRoom() {
        return new StanzaException(Condition.ITEM_NOT_FOUND.because("the room does not exist"));
    }

    private static void dropNoRoom(Stanza stanza) {
        Decision.DROPPED.log(LOG, "the room does not exist", null, stanza);
    }

    void receive(Iq iq, StanzaTransaction transaction) {
        var found = rooms.find(iq.to().bare());
        switch (iq) {
            case Iq.Response response -> found.ifPresentOrElse(
                    live -> iqForwarder.forwardResponse(live, response, transaction), () -> dropNoRoom(response));
            case Iq.Request request when request.to().isFull() -> iqForwarder.forward(found, request, transaction);
            case Iq.Request request -> {
                var live = found.filter(
                        room -> !room.room().isLocked() || room.room().affiliates().containsKey(request.from().bare()))
                        .orElseThrow(RoomStanzas::noRoom);
                hooks.query(request.element().namespace())
                        .orElseThrow(() -> new StanzaException(Condition.SERVICE_UNAVAILABLE.plain()))
                        .answer(live, request, transaction);
            }
        }
    }
}
