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

/** Holds all streams with remote servers, from the connection on. Any thread. */
@Singleton
public final class OpenServerStreams implements AutoCloseable {
    private final StreamClock<ServerStream> open = new StreamClock<>("s2s-clock");
    private final List<Consumer<ServerStream>> listeners = new CopyOnWriteArrayList<>();

    OpenServerStreams() {}

    void add(ServerStream stream) { open.add(stream); }

    void remove(ServerStream stream) {
        open.remove(stream);
        for (var listener : listeners) listener.accept(stream);
    }

    /** Registers a listener for each stream that has ended. It runs on I/O threads and must not block. */
    void whenGone(Consumer<ServerStream> listener) {
        listeners.add(listener);
    }

    Stream<ServerStream> all() { return open.all(); }

    /** Ends every stream and waits until they are closed. @param patience longest time to wait */
    void shutDown(Duration patience) throws InterruptedException {
        open.all().forEach(stream -> stream.end(Condition.SYSTEM_SHUTDOWN.plain()));
        long deadline = System.nanoTime() + patience.toNanos();
        while (!open.isEmpty() && System.nanoTime() < deadline) TimeUnit.MILLISECONDS.sleep(5);
    }

    @Override public void close() { open.close(); }
}
