package im.martlet.extensions.muc;

import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Message;
import im.martlet.stanza.StanzaException;
import jakarta.inject.Inject;

/** Which of the messages that come to a room is which. */
final class RoomMessages {
    private final GroupMessages talking;
    private final PrivateMessages whispering;
    private final Invitations inviting;
    private final VoiceRequests voices;

    @Inject RoomMessages(GroupMessages talking, PrivateMessages whispering, Invitations inviting,
            VoiceRequests voices) {
        this.talking = talking;
        this.whispering = whispering;
        this.inviting = inviting;
        this.voices = voices;
    }

    void receive(LiveRoom live, Message m, StanzaTransaction transaction) {
        if (m.to().isFull()) whispering.toOne(live, m, transaction);
        else if (m.type() == Message.Type.GROUPCHAT) talking.toEverybody(live, m, transaction);
        else if (m.type() != Message.Type.NORMAL
                || !inviting.handle(live, m, transaction) && !voices.handle(live, m, transaction))
            throw StanzaException.badRequest("what is for everybody is of type 'groupchat'"); // §17.2
    }
}
