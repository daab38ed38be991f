package im.martlet.federation;

import im.martlet.stanza.StreamError.Condition;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All streams between servers, and the one clock they share. Any thread. */
@Singleton
public final class OpenStreams implements AutoCloseable {
    static final Logger LOG = LoggerFactory.getLogger(OpenStreams.class);
    private static final long TICK_MILLIS = 250;

    private final Set<ServerStream> open = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("s2s-clock").daemon().factory());

    OpenStreams() { clock.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS); }

    void add(ServerStream stream) { open.add(stream); }

    void remove(ServerStream stream) { open.remove(stream); }

    Stream<ServerStream> all() { return open.stream(); }

    private void tick() {
        long now = System.nanoTime();
        for (ServerStream stream : open) try {
            stream.tick(now);
        } catch (RuntimeException e) {
            LOG.error("bug: the clock failed for {}", stream.pair(), e);
        }
    }

    /** Ends every stream and waits for them to go, but not for long. */
    void shutDown(Duration patience) throws InterruptedException {
        for (ServerStream stream : open) stream.end(Condition.SYSTEM_SHUTDOWN.plain());
        long deadline = System.nanoTime() + patience.toNanos();
        while (!open.isEmpty() && System.nanoTime() < deadline) TimeUnit.MILLISECONDS.sleep(5);
    }

    @Override public void close() { clock.shutdownNow(); }
}
