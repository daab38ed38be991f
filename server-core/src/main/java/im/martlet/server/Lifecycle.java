package im.martlet.server;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the parts of the server in the order of a list, and stops them in reverse. Stopping has three rounds: no part
 * accepts new work, then connected peers get a farewell, then all parts close. One thread at a time.
 */
final class Lifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(Lifecycle.class);

    /** Starts a part. */
    @FunctionalInterface
    interface Start {
        void run() throws StartException;
    }

    /** Says goodbye to connected peers, and waits for them at most for the given time. */
    @FunctionalInterface
    interface Farewell {
        void run(Duration patience) throws InterruptedException;
    }

    /**
     * A part of the server.
     *
     * @param name for the log
     * @param start the action that starts it
     * @param refuse the first round of a stop: the part takes no new work
     * @param farewell the second round of a stop
     * @param close the third round of a stop; it must also work after a start that failed half way
     */
    record Part(String name, Start start, Runnable refuse, Farewell farewell, Runnable close) {
        Part(String name) { this(name, () -> {}, () -> {}, _ -> {}, () -> {}); }

        Part startsWith(Start action) { return new Part(name, action, refuse, farewell, close); }

        Part refusesWith(Runnable action) { return new Part(name, start, action, farewell, close); }

        Part farewellWith(Farewell action) { return new Part(name, start, refuse, action, close); }

        Part closesWith(Runnable action) { return new Part(name, start, refuse, farewell, action); }
    }

    private final Deque<Part> started = new ArrayDeque<>(); // the last one first

    /**
     * Starts the parts one after the other. If a start fails, this stops all parts that were started, without a
     * farewell.
     */
    void start(List<Part> parts) throws StartException {
        try {
            for (Part part : parts) {
                started.push(part);
                part.start().run();
            }
        } catch (StartException | RuntimeException e) {
            forEach(part -> part.refuse().run());
            forEach(part -> part.close().run());
            started.clear();
            throw e;
        }
    }

    /** Stops all parts in reverse order. If the thread is interrupted, the remaining farewells are left out. */
    void stop(Duration patience) {
        forEach(part -> part.refuse().run());
        try {
            for (Part part : started) part.farewell().run(patience);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        forEach(part -> part.close().run());
        started.clear();
    }

    private void forEach(Consumer<Part> action) {
        for (Part part : started) try {
            action.accept(part);
        } catch (RuntimeException e) {
            LOG.error("bug: the part '{}' does not stop; the other parts stop nevertheless", part.name(), e);
        }
    }
}
