package im.martlet.extensions.muc;

import im.martlet.session.Cause;
import im.martlet.stanza.Message;
import im.martlet.stanza.StanzaException;
import jakarta.inject.Inject;

/** Which of the messages that come to a room is which. */
final class Messages {
    private final Talking talking;
    private final Whispering whispering;
    private final Inviting inviting;
    private final Voices voices;

    @Inject Messages(Talking talking, Whispering whispering, Inviting inviting, Voices voices) {
        this.talking = talking;
        this.whispering = whispering;
        this.inviting = inviting;
        this.voices = voices;
    }

    void receive(LiveRoom live, Message m, Cause cause) {
        if (m.to().isFull()) whispering.toOne(live, m, cause);
        else if (m.type() == Message.Type.GROUPCHAT) talking.toEverybody(live, m, cause);
        else if (m.type() != Message.Type.NORMAL || !inviting.handle(live, m, cause) && !voices.handle(live, m, cause))
            throw StanzaException.badRequest("what is for everybody is of type 'groupchat'"); // §17.2
    }
}
