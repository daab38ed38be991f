package im.martlet.net;

import java.net.InetSocketAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.mina.core.session.IoSession;

/**
 * Bounds what one address may open, or one network of IPv6. The table holds it only as long as it has connections or is
 * within its minute.
 */
public final class Gate {
    /**
     * @param waiting connections of one address that have not logged in, at once
     * @param perMinute new connections of one address
     */
    public record Bounds(int waiting, int perMinute) {}

    private record Count(int waiting, int recent, long since) {}

    private final ConcurrentHashMap<Network, Count> counts = new ConcurrentHashMap<>();
    private final Supplier<Bounds> current;

    /** @param current bounds, asked for each connection: they may change */
    public Gate(Supplier<Bounds> current) { this.current = current; }

    /** Lets a connection in, or closes it at once. */
    boolean enter(IoSession session) {
        var network = network(session);
        long now = System.nanoTime();
        var after = counts.merge(network, new Count(1, 1, now), (old, _) -> isPast(old, now)
                ? new Count(old.waiting + 1, 1, now) : new Count(old.waiting + 1, old.recent + 1, old.since));
        session.setAttribute(network, Boolean.TRUE); // it counts as waiting until it is closed or has logged in
        session.getCloseFuture().addListener(_ -> leave(network, session));
        var bounds = current.get();
        if (after.waiting <= bounds.waiting && after.recent <= bounds.perMinute) return true;
        leave(network, session); // at once: it must not be in the way of the next
        session.closeNow();
        return false;
    }

    private void leave(Network network, IoSession session) {
        if (session.removeAttribute(network) != null) release(network);
    }

    /** The connection counts no longer as one that has not logged in. */
    void loggedIn(IoSession session) { leave(network(session), session); }

    private void release(Network network) {
        long now = System.nanoTime();
        counts.computeIfPresent(network, (_, c) -> c.waiting <= 1 && isPast(c, now) ? null : new Count(Math.max(0, c.waiting - 1), c.recent, c.since));
        if (counts.size() > 10_000) counts.values().removeIf(c -> c.waiting == 0 && isPast(c, now));
    }

    private static boolean isPast(Count count, long now) { return now - count.since > TimeUnit.MINUTES.toNanos(1); }

    private static Network network(IoSession session) { return new Network(((InetSocketAddress) session.getRemoteAddress()).getAddress()); }
}
