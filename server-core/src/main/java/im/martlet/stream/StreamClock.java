package im.martlet.stream;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open streams of one kind and their shared clock, which calls each stream four times a second. Any thread.
 */
public final class StreamClock<S extends StreamClock.Listener> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StreamClock.class);
    private static final long TICK_MILLIS = 250;

    /** A stream that the clock calls. */
    public interface Listener {
        /**
         * Checks the time limits of the stream. Called on the clock's thread, so it must not block.
         *
         * @param nanoTime the time on the clock of {@link System#nanoTime}
         */
        void tick(long nanoTime);
    }

    private final Set<S> open = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService clock;

    /** @param name the name of the clock's thread */
    public StreamClock(String name) {
        clock = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name(name).daemon().factory());
        clock.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    public void add(S stream) { open.add(stream); }

    public void remove(S stream) { open.remove(stream); }

    public Stream<S> all() { return open.stream(); }

    public int size() { return open.size(); }

    public boolean isEmpty() { return open.isEmpty(); }

    private void tick() {
        long now = System.nanoTime();
        for (S stream : open) try {
            stream.tick(now);
        } catch (RuntimeException e) {
            LOG.error("bug: the clock failed for {}", stream, e);
        }
    }

    @Override public void close() { clock.shutdownNow(); }
}
