package im.martlet.routing;

import im.martlet.stanza.Iq;
import im.martlet.stanza.Message;
import im.martlet.stanza.Presence;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import jakarta.inject.Inject;
import java.util.Objects;
import java.util.Optional;

/** What comes for a host itself, from anybody but its own users' requests (RFC 6120 §10.5.2). */
final class ServerAddress {
    private final Requests requests;
    private final Router router;

    @Inject ServerAddress(Requests requests, Router router) {
        this.requests = requests;
        this.router = router;
    }

    void receive(Stanza stanza) {
        Answers.handle(stanza, () -> dispatch(stanza), router::route);
    }

    private void dispatch(Stanza stanza) {
        switch (stanza) {
            case Iq.Request request when isBareHost(request) -> router.route(requests.toServer(request, Optional.empty()));
            case Iq.Request _, Message _ -> throw new StanzaException(Condition.SERVICE_UNAVAILABLE.plain());
            case Iq.Response _, Presence _ -> { } // answers to our pings, and presence that nobody asked for
        }
    }

    private static boolean isBareHost(Iq.Request request) { return Objects.requireNonNull(request.to()).isBare(); }
}
