package im.martlet.extensions.muc;

import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Iq;
import java.util.Set;

/** Answers requests to a room itself. On the room's mailbox. */
interface RoomQuery {
    /** Of the requests that it answers. */
    Set<String> namespaces();

    /** Answers a request, or throws a {@link im.martlet.stanza.StanzaException} that does. */
    void answer(LiveRoom live, Iq.Request request, StanzaTransaction transaction);
}
