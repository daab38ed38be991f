package im.martlet.federation;

import im.martlet.stanza.StreamError.Condition;
import im.martlet.stream.StreamClock;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All streams between servers. Any thread. */
@Singleton
public final class OpenServerStreams implements AutoCloseable {
    static final Logger LOG = LoggerFactory.getLogger(OpenServerStreams.class);

    private final StreamClock<ServerStream> open = new StreamClock<>("s2s-clock");
    private final List<Consumer<ServerStream>> listeners = new CopyOnWriteArrayList<>();

    OpenServerStreams() {}

    void add(ServerStream stream) { open.add(stream); }

    void remove(ServerStream stream) {
        open.remove(stream);
        for (var listener : listeners) listener.accept(stream);
    }

    /** Has somebody hear of each stream that is gone. On I/O threads: must not block. */
    void whenGone(Consumer<ServerStream> listener) {
        listeners.add(listener);
    }

    Stream<ServerStream> all() { return open.all(); }

    /** Ends every stream and waits for them to go, but not for long. */
    void shutDown(Duration patience) throws InterruptedException {
        open.all().forEach(stream -> stream.end(Condition.SYSTEM_SHUTDOWN.plain()));
        long deadline = System.nanoTime() + patience.toNanos();
        while (!open.isEmpty() && System.nanoTime() < deadline) TimeUnit.MILLISECONDS.sleep(5);
    }

    @Override public void close() { open.close(); }
}
