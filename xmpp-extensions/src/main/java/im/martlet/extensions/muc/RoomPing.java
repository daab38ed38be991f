package im.martlet.extensions.muc;

import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Iq;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.xml.Namespaces;
import jakarta.inject.Inject;
import java.util.Set;

/** A ping to a room itself is answered (XEP-0199); one to oneself in it, by {@link IqForwarder}. */
final class RoomPing implements RoomQuery {
    private final RoomBroadcast out;

    @Inject RoomPing(RoomBroadcast out) { this.out = out; }

    @Override public Set<String> namespaces() { return Set.of(Namespaces.PING); }

    @Override public void answer(LiveRoom live, Iq.Request request, StanzaTransaction transaction) {
        if (!(request instanceof Iq.Get) || !request.element().name().equals("ping"))
            throw new StanzaException(Condition.SERVICE_UNAVAILABLE.plain());
        out.send(request.result(), transaction);
    }
}
