package im.martlet.http;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
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

/** Turns requests into WebSockets and keeps the open ones. Any thread. */
final class OpenWebSockets {
    private static final long PATIENCE_SECONDS = 5; // for the peer's close frame

    private final WebSocketMappings mappings;
    private final ConnectionLimits limits;
    private final ScheduledExecutorService clock;
    private final Set<JettyWebSocket> open = ConcurrentHashMap.newKeySet();

    OpenWebSockets(WebSocketComponents components, ConnectionLimits limits, ScheduledExecutorService clock) {
        this.mappings = new WebSocketMappings(components);
        this.limits = limits;
        this.clock = clock;
    }

    ConnectionLimits limits() { return limits; }

    void open(WebSocketUpgrade upgrade, Request request, Response response, Callback done) {
        if (!mappings.upgrade(new Negotiator(upgrade, request), request, response, done, null))
            Response.writeError(request, response, done, 426, "this path is only for WebSockets");
    }

    /** Runs an action after the time that a peer has to reply to a close frame. */
    void afterPatience(Runnable action) {
        schedule(PATIENCE_SECONDS, action);
    }

    /** Runs an action after a second. */
    void inASecond(Runnable action) { schedule(1, action); }

    private void schedule(long seconds, Runnable action) {
        try {
            clock.schedule(action, seconds, TimeUnit.SECONDS);
        } catch (RejectedExecutionException stopping) {
            action.run();
        }
    }

    void opened(JettyWebSocket socket) { open.add(socket); }

    void closed(JettyWebSocket socket) { open.remove(socket); }

    int count() { return open.size(); }

    /** Accepts a subprotocol but no extension, because compression would reveal the length of secrets. */
    private final class Negotiator extends WebSocketNegotiator.AbstractNegotiator {
        private final WebSocketUpgrade upgrade;
        private final Request request;

        Negotiator(WebSocketUpgrade upgrade, Request request) {
            this.upgrade = upgrade;
            this.request = request;
        }

        @Override public FrameHandler negotiate(ServerUpgradeRequest upgradeRequest, ServerUpgradeResponse response,
                Callback done) {
            if (!upgradeRequest.hasSubProtocol(upgrade.protocol())) {
                Response.writeError(upgradeRequest, response, done, 400,
                        "the WebSocket subprotocol must be " + upgrade.protocol());
                return null;
            }
            response.setAcceptedSubProtocol(upgrade.protocol());
            response.setExtensions(List.of());
            return new JettyWebSocket(upgrade, OpenWebSockets.this,
                    request.getConnectionMetaData().getConnection().getEndPoint());
        }
    }
}
