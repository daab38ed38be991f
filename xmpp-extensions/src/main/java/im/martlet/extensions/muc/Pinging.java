package im.martlet.extensions.muc;

import im.martlet.session.Cause;
import im.martlet.stanza.Iq;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import jakarta.inject.Inject;
import java.util.Set;

/** A ping to a room itself is answered (XEP-0199); one to oneself in it, by {@link Relaying}. */
final class Pinging implements RoomQuery {
    private final Outgoing out;

    @Inject Pinging(Outgoing out) { this.out = out; }

    @Override public Set<String> namespaces() { return Set.of("urn:xmpp:ping"); }

    @Override public void answer(LiveRoom live, Iq.Request request, Cause cause) {
        if (!(request instanceof Iq.Get) || !request.element().name().equals("ping")) throw new StanzaException(Condition.SERVICE_UNAVAILABLE.plain());
        out.send(request.result(), cause);
    }
}
