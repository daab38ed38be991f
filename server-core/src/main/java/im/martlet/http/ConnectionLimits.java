package im.martlet.http;

import im.martlet.net.Network;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.eclipse.jetty.io.EndPoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits the connections of each address, and closes a connection that has had no whole request for too long. It does
 * not matter whether the peer sends half a TLS handshake, a slow header or nothing in that time. Any thread.
 */
final class ConnectionLimits {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionLimits.class);

    /** An open connection. It is idle while the server handles no request of it. */
    private static final class OpenConnection {
        final Network origin;
        final AtomicInteger requests = new AtomicInteger(); // under way
        volatile long idleSince = System.nanoTime();

        OpenConnection(Network origin) { this.origin = origin; }
    }

    private final ConcurrentHashMap<EndPoint, OpenConnection> connections = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Network, Integer> counts = new ConcurrentHashMap<>();
    private final Supplier<HttpSettings> settings;
    private final TrustedProxies proxies;

    ConnectionLimits(Supplier<HttpSettings> settings, TrustedProxies proxies) {
        this.settings = settings;
        this.proxies = proxies;
    }

    /** Adds a new connection. Closes it at once if its address has too many connections. */
    void enter(EndPoint endPoint) {
        if (!(endPoint.getRemoteSocketAddress() instanceof InetSocketAddress remote)) { // closed already
            endPoint.close();
            return;
        }
        var connection = new OpenConnection(new Network(remote.getAddress()));
        connections.put(endPoint, connection);
        int count = counts.merge(connection.origin, 1, Integer::sum);
        if (count <= settings.get().connectionsPerAddress() || proxies.contains(remote.getAddress())) return;
        LOG.debug("connection-refused reason=\"the address has too many HTTP connections\" address={}",
                remote.getAddress());
        endPoint.close();
    }

    void leave(EndPoint endPoint) {
        var connection = connections.remove(endPoint);
        if (connection != null) counts.computeIfPresent(connection.origin, (_, n) -> n == 1 ? null : n - 1);
    }

    /** Notes that a request, or a WebSocket, begins on a connection. */
    void begin(EndPoint endPoint) {
        var connection = connections.get(socket(endPoint));
        if (connection != null) connection.requests.incrementAndGet();
    }

    /** Notes the end of a request or a WebSocket. */
    void end(EndPoint endPoint) {
        var connection = connections.get(socket(endPoint));
        if (connection == null) return;
        connection.idleSince = System.nanoTime();
        connection.requests.decrementAndGet();
    }

    /** Returns the socket below TLS and below the PROXY protocol. */
    private static EndPoint socket(EndPoint endPoint) {
        var socket = endPoint;
        while (socket instanceof EndPoint.Wrapper wrapper) socket = wrapper.unwrap();
        return socket;
    }

    /** Closes connections that have been idle for too long. Called several times a second. */
    void closeIdle(long now) {
        long longest = settings.get().idle().toNanos();
        connections.forEach((endPoint, connection) -> {
            if (connection.requests.get() > 0 || now - connection.idleSince <= longest) return;
            LOG.debug("connection-closed reason=\"no whole request came in time\" address={}",
                    connection.origin.first());
            endPoint.close();
        });
    }

    /** Waits until no request is under way, or until the patience ends. */
    void awaitQuiet(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (System.nanoTime() < deadline && connections.values().stream().anyMatch(c -> c.requests.get() > 0))
            TimeUnit.MILLISECONDS.sleep(5);
    }

    /** Returns the number of open connections. */
    int count() { return connections.size(); }
}
