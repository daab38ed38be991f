package im.martlet.extensions.muc;

import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Iq;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.xml.Namespaces;
import jakarta.inject.Inject;
import java.util.List;

/** Answers pings to a room itself (XEP-0199). {@link IqForwarder} answers pings to an occupant. */
final class RoomPing implements RoomFeature {
    private final RoomBroadcast broadcast;

    @Inject RoomPing(RoomBroadcast broadcast) { this.broadcast = broadcast; }

    @Override public List<RoomHook> hooks() {
        return List.of(new RoomHook.DiscoFeature(Namespaces.PING),
                new RoomHook.RequestHandler(Namespaces.PING, this::answer));
    }

    private void answer(LiveRoom live, Iq.Request request, StanzaTransaction transaction) {
        if (!(request instanceof Iq.Get) || !request.element().name().equals("ping"))
            throw new StanzaException(Condition.SERVICE_UNAVAILABLE.plain());
        broadcast.send(request.result(), transaction);
    }
}
