package im.martlet.extensions.muc;

import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Iq;

/** Answers one kind of IQ requests to a room itself. On the room's mailbox. */
@FunctionalInterface
public interface RoomQuery {
    /** Sends the response to a request, or throws a {@link im.martlet.stanza.StanzaException} for an error response. */
    void answer(LiveRoom live, Iq.Request request, StanzaTransaction transaction);
}
