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

/**
 * Bounds what one address may open, or one network of IPv6. The table holds it only as long as it has connections or is
 * within its minute.
 */
public final class AddressLimits {
    /**
     * @param waiting connections of one address that have not logged in, at once
     * @param perMinute new connections of one address
     */
    public record Bounds(int waiting, int perMinute) {}

    private static final AttributeKey PLACE = new AttributeKey(AddressLimits.class, "place");

    private record Count(int waiting, int recent, long since) {}

    private final ConcurrentHashMap<Network, Count> counts = new ConcurrentHashMap<>();
    private final Supplier<Bounds> current;

    /** @param current bounds, asked for each connection: they may change */
    public AddressLimits(Supplier<Bounds> current) {
        this.current = current;
    }

    /** The place of a connection that has not logged in. */
    public final class Place {
        private final Network network;
        private final AtomicBoolean taken = new AtomicBoolean(true);

        private Place(Network network) { this.network = network; }

        /** Gives it back: somebody has logged in, or is gone. Once is enough, more often does no harm. */
        public void leave() {
            if (taken.getAndSet(false)) release(network);
        }
    }

    /** Lets a connection of an address in; empty when it has too many. */
    public Optional<Place> enter(InetAddress address) {
        var network = new Network(address);
        long now = System.nanoTime();
        var after = counts.merge(network, new Count(1, 1, now), (old, _) -> isPast(old, now)
                ? new Count(old.waiting + 1, 1, now) : new Count(old.waiting + 1, old.recent + 1, old.since));
        var place = new Place(network);
        var bounds = current.get();
        if (after.waiting <= bounds.waiting && after.recent <= bounds.perMinute) return Optional.of(place);
        place.leave(); // at once: it must not be in the way of the next
        return Optional.empty();
    }

    /** Lets a connection in, or closes it at once. */
    boolean enter(IoSession session) {
        var place = enter(((InetSocketAddress) session.getRemoteAddress()).getAddress());
        place.ifPresentOrElse(it -> {
            session.setAttribute(PLACE, it); // it counts as waiting until it is closed or has logged in
            session.getCloseFuture().addListener(_ -> it.leave());
        }, session::closeNow);
        return place.isPresent();
    }

    /** The connection counts no longer as one that has not logged in. */
    void loggedIn(IoSession session) {
        if (session.getAttribute(PLACE) instanceof Place place) place.leave();
    }

    private void release(Network network) {
        long now = System.nanoTime();
        counts.computeIfPresent(network, (_, c) -> c.waiting <= 1 && isPast(c, now) ? null
                : new Count(Math.max(0, c.waiting - 1), c.recent, c.since));
        if (counts.size() > 10_000) counts.values().removeIf(c -> c.waiting == 0 && isPast(c, now));
    }

    private static boolean isPast(Count count, long now) { return now - count.since > TimeUnit.MINUTES.toNanos(1); }
}
