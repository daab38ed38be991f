package im.martlet.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.mina.core.session.AttributeKey;
import org.apache.mina.core.session.IoSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits the connections of one address, or of one network of IPv6. The table holds an address only while it has
 * connections or within the minute after its first one. Any thread.
 */
public final class AddressLimits {
    /**
     * The limits of one address.
     *
     * @param waiting the connections at once that have not logged in
     * @param perMinute the new connections a minute
     */
    public record Bounds(int waiting, int perMinute) {}

    private static final Logger LOG = LoggerFactory.getLogger(AddressLimits.class);
    private static final AttributeKey PLACE = new AttributeKey(AddressLimits.class, "place");

    private record Count(int waiting, int recent, long since) {}

    private final ConcurrentHashMap<Network, Count> counts = new ConcurrentHashMap<>();
    private final Supplier<Bounds> current;

    /** @param current the limits; read for each connection, because a reload may change them */
    public AddressLimits(Supplier<Bounds> current) {
        this.current = current;
    }

    /** The place of one connection that has not logged in. */
    public final class Place {
        private final Network network;
        private final AtomicBoolean counted = new AtomicBoolean(true); // the connection still counts

        private Place(Network network) { this.network = network; }

        /** Gives the place back, after a login or at the end of the connection. Further calls have no effect. */
        public void leave() {
            if (counted.getAndSet(false)) release(network);
        }
    }

    /** Returns a place for a connection; empty if its address has too many connections. */
    public Optional<Place> enter(InetAddress address) {
        var network = new Network(address);
        long now = System.nanoTime();
        var after = counts.merge(network, new Count(1, 1, now), (old, _) -> isMinuteOver(old, now)
                ? new Count(old.waiting + 1, 1, now) : new Count(old.waiting + 1, old.recent + 1, old.since));
        var place = new Place(network);
        var bounds = current.get();
        if (after.waiting <= bounds.waiting && after.recent <= bounds.perMinute) return Optional.of(place);
        place.leave(); // at once, so that it does not count against the next connection
        LOG.debug("connection-refused reason=\"{}\" address={}", after.waiting > bounds.waiting
                ? "the address has too many connections without a login"
                : "the address opens connections too fast", address);
        return Optional.empty();
    }

    /** Gives a connection a place or closes it at once. Returns whether it has a place. */
    boolean enter(IoSession session) {
        var place = enter(((InetSocketAddress) session.getRemoteAddress()).getAddress());
        place.ifPresentOrElse(it -> {
            session.setAttribute(PLACE, it); // the connection counts until it logs in or closes
            session.getCloseFuture().addListener(_ -> it.leave());
        }, session::closeNow);
        return place.isPresent();
    }

    /** Gives back the place of a connection that has logged in. */
    void loggedIn(IoSession session) {
        if (session.getAttribute(PLACE) instanceof Place place) place.leave();
    }

    private void release(Network network) {
        long now = System.nanoTime();
        counts.computeIfPresent(network, (_, c) -> c.waiting <= 1 && isMinuteOver(c, now) ? null
                : new Count(Math.max(0, c.waiting - 1), c.recent, c.since));
        if (counts.size() > 10_000) counts.values().removeIf(c -> c.waiting == 0 && isMinuteOver(c, now));
    }

    private static boolean isMinuteOver(Count count, long now) {
        return now - count.since > TimeUnit.MINUTES.toNanos(1);
    }
}
