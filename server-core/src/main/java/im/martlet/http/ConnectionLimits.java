package im.martlet.http;

import im.martlet.net.Network;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.eclipse.jetty.io.EndPoint;

/**
 * Knows who is in. One address has a bounded number of connections; one that is without a whole request for too long is
 * closed, whatever it sends meanwhile: half a TLS handshake, a header letter by letter, nothing. Any thread.
 */
final class ConnectionLimits {
    /** A connection. It is idle while no request of it is being answered. */
    private static final class Visit {
        final Network from;
        final AtomicInteger busy = new AtomicInteger();
        volatile long idleSince = System.nanoTime();

        Visit(Network from) { this.from = from; }
    }

    private final ConcurrentHashMap<EndPoint, Visit> visits = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Network, Integer> crowds = new ConcurrentHashMap<>();
    private final Supplier<HttpSettings> settings;
    private final TrustedProxies proxies;

    ConnectionLimits(Supplier<HttpSettings> settings, TrustedProxies proxies) {
        this.settings = settings;
        this.proxies = proxies;
    }

    /** A new connection; closed at once if there are too many of its address. */
    void enter(EndPoint connection) {
        if (!(connection.getRemoteSocketAddress() instanceof InetSocketAddress remote)) { // gone already
            connection.close();
            return;
        }
        var visit = new Visit(new Network(remote.getAddress()));
        visits.put(connection, visit);
        int crowd = crowds.merge(visit.from, 1, Integer::sum);
        if (crowd > settings.get().connectionsPerAddress() && !proxies.isOne(remote.getAddress())) connection.close();
    }

    void leave(EndPoint connection) {
        var visit = visits.remove(connection);
        if (visit != null) crowds.computeIfPresent(visit.from, (_, n) -> n == 1 ? null : n - 1);
    }

    /** A request begins on a connection, or a WebSocket. */
    void begin(EndPoint connection) {
        var visit = visits.get(bare(connection));
        if (visit != null) visit.busy.incrementAndGet();
    }

    /** It has ended. */
    void end(EndPoint connection) {
        var visit = visits.get(bare(connection));
        if (visit == null) return;
        visit.idleSince = System.nanoTime();
        visit.busy.decrementAndGet();
    }

    /** The socket below TLS and below what PROXY says. */
    private static EndPoint bare(EndPoint connection) {
        var bare = connection;
        while (bare instanceof EndPoint.Wrapper wrapper) bare = wrapper.unwrap();
        return bare;
    }

    /** Closes who has been idle for too long; called every now and then. */
    void look(long now) {
        long most = settings.get().idle().toNanos();
        visits.forEach((connection, visit) -> {
            if (visit.busy.get() == 0 && now - visit.idleSince > most) connection.close();
        });
    }

    /** Waits until nothing is being answered, but not for long. */
    void awaitQuiet(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (System.nanoTime() < deadline && visits.values().stream().anyMatch(visit -> visit.busy.get() > 0))
            TimeUnit.MILLISECONDS.sleep(5);
    }

    /** Open connections. */
    int visits() { return visits.size(); }
}
