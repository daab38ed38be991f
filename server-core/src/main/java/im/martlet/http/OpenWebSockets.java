package im.martlet.http;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.eclipse.jetty.websocket.core.WebSocketComponents;
import org.eclipse.jetty.websocket.core.server.ServerUpgradeRequest;
import org.eclipse.jetty.websocket.core.server.ServerUpgradeResponse;
import org.eclipse.jetty.websocket.core.server.WebSocketMappings;
import org.eclipse.jetty.websocket.core.server.WebSocketNegotiator;

/** Makes WebSockets of requests, and knows which are open. */
final class OpenWebSockets {
    private static final long PATIENCE_SECONDS = 5; // with who does not answer a goodbye

    private final WebSocketMappings mappings;
    private final ConnectionLimits doorkeeper;
    private final ScheduledExecutorService clock;
    private final Set<JettyWebSocket> open = ConcurrentHashMap.newKeySet();

    OpenWebSockets(WebSocketComponents components, ConnectionLimits doorkeeper, ScheduledExecutorService clock) {
        this.mappings = new WebSocketMappings(components);
        this.doorkeeper = doorkeeper;
        this.clock = clock;
    }

    ConnectionLimits doorkeeper() { return doorkeeper; }

    void open(WebSocketUpgrade upgrade, Request request, Response response, Callback done) {
        if (!mappings.upgrade(new Negotiator(upgrade, request), request, response, done, null))
            Response.writeError(request, response, done, 426, "this is for WebSockets");
    }

    /** Gives up on a peer that does not answer a goodbye. */
    void soon(Runnable giveUp) {
        in(PATIENCE_SECONDS, giveUp);
    }

    /** Reads on. */
    void inASecond(Runnable next) { in(1, next); }

    private void in(long seconds, Runnable what) {
        try {
            clock.schedule(what, seconds, TimeUnit.SECONDS);
        } catch (java.util.concurrent.RejectedExecutionException stopping) {
            what.run();
        }
    }

    void opened(JettyWebSocket socket) { open.add(socket); }

    void closed(JettyWebSocket socket) { open.remove(socket); }

    int count() { return open.size(); }

    /** Takes a subprotocol, and no extension: compression would tell the length of secrets. */
    private final class Negotiator extends WebSocketNegotiator.AbstractNegotiator {
        private final WebSocketUpgrade upgrade;
        private final Request request;

        Negotiator(WebSocketUpgrade upgrade, Request request) {
            this.upgrade = upgrade;
            this.request = request;
        }

        @Override public FrameHandler negotiate(ServerUpgradeRequest asked, ServerUpgradeResponse response,
                Callback done) {
            if (!asked.hasSubProtocol(upgrade.protocol())) {
                Response.writeError(asked, response, done, 400,
                        "the WebSocket subprotocol here is " + upgrade.protocol());
                return null;
            }
            response.setAcceptedSubProtocol(upgrade.protocol());
            response.setExtensions(List.of());
            return new JettyWebSocket(upgrade, OpenWebSockets.this,
                    request.getConnectionMetaData().getConnection().getEndPoint());
        }
    }
}
