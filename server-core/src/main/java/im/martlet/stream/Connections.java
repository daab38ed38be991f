package im.martlet.stream;

import im.martlet.address.Jid;
import im.martlet.metrics.Meter;
import im.martlet.stanza.StreamError;
import im.martlet.stanza.StreamError.Condition;
import im.martlet.storage.LoginTokens.Client;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All streams of clients that are open, and the one clock they share: a timer of its own for each would cost more memory
 * than looking at all of them four times a second costs time.
 */
public final class Connections implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);
    private static final long TICK_MILLIS = 250;

    private final Set<ClientStream> open = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("clock").daemon().factory());

    public Connections() {
        clock.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    void add(ClientStream stream) { open.add(stream); }

    void remove(ClientStream stream) { open.remove(stream); }

    /** Open connections, logged in or not. */
    public int size() { return open.size(); }

    /** Ends the streams of an account that have bound no resource yet: they were let in for a reason that may be gone. */
    public void endUnbound(Jid user, StreamError why) { endUnbound(user, _ -> true, why); }

    /** The same, of some of the account's clients. */
    public void endUnbound(Jid user, Predicate<Client> which, StreamError why) {
        for (ClientStream stream : open)
            if (!stream.isBound() && stream.state().flatMap(StreamState::login).filter(login -> login.user().equals(user) && which.test(login.client())).isPresent()) stream.end(why);
    }

    /** Ends the streams to a host that have bound no resource yet. */
    public void endUnbound(String host, StreamError why) {
        for (ClientStream stream : open) if (!stream.isBound() && stream.state().filter(s -> s.host().equals(host)).isPresent()) stream.end(why);
    }

    /** Open connections by how far they are. */
    Map<String, Long> census() {
        return Meter.census(List.of("opening", "authenticated", "bound"), open.stream()
                .map(stream -> stream.isBound() ? "bound" : stream.state().filter(StreamState::isAuthenticated).isPresent() ? "authenticated" : "opening").toList());
    }

    private void tick() {
        long now = System.nanoTime();
        for (ClientStream stream : open) try {
            stream.tick(now);
        } catch (RuntimeException e) {
            LOG.error("bug: the clock failed for {}", stream.remote(), e);
        }
    }

    /** Ends every stream (RFC 6120 §4.9.3.20) and waits for them to go, but not for long. */
    public void shutDown(Duration patience) throws InterruptedException {
        for (ClientStream stream : open) stream.end(Condition.SYSTEM_SHUTDOWN.plain());
        long deadline = System.nanoTime() + patience.toNanos();
        while (!open.isEmpty() && System.nanoTime() < deadline) TimeUnit.MILLISECONDS.sleep(5);
    }

    @Override public void close() { clock.shutdownNow(); }
}
