package im.martlet.websocket;

import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.http.AllowedOrigins;
import im.martlet.http.Cors;
import im.martlet.http.HttpReply;
import im.martlet.http.Request;
import im.martlet.http.Route;
import im.martlet.http.TextWebSocket;
import im.martlet.http.WebSocketUpgrade;
import im.martlet.net.AddressLimits;
import im.martlet.stream.ClientStreams;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.util.List;
import java.util.function.Supplier;

/** RFC 7395: opens a client's stream on a WebSocket, mostly for clients in browsers. */
public final class WebSocketStreams implements Extension {
    public static final String PATH = "/xmpp-websocket";

    private final Provider<ClientStreams> streams;
    private final AddressLimits limits;
    private final AllowedOrigins origins;
    private final Supplier<WebSocketSettings> settings;

    @Inject WebSocketStreams(Provider<ClientStreams> streams, AddressLimits limits, AllowedOrigins origins,
            Supplier<WebSocketSettings> settings) {
        this.streams = streams;
        this.limits = limits;
        this.origins = origins;
        this.settings = settings;
    }

    @Override public List<Hook> hooks() {
        return settings.get().enabled() ? List.of(Hook.route(Route.get(PATH, Cors.NONE, this::upgrade))) : List.of();
    }

    private HttpReply upgrade(Request request) {
        origins.check(request, settings.get().origins());
        return new WebSocketUpgrade("xmpp", socket -> open(socket, request));
    }

    private TextWebSocket.Listener open(TextWebSocket socket, Request request) {
        var place = limits.enter(request.remote().getAddress());
        var transport = new WebSocketTransport(socket, request, () -> place.ifPresent(AddressLimits.Place::leave));
        place.ifPresentOrElse(it -> streams.get().open(transport, WebSocketStreamFormat::new, it::leave),
                () -> socket.close(TextWebSocket.TRY_AGAIN)); // as on TCP, the address has too many connections
        return transport;
    }
}
