package im.martlet.federation;

import im.martlet.stanza.StanzaError;
import im.martlet.stanza.StanzaError.Condition;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Dials for one route: has one stream built at a time, and pauses after each failure, longer each time. On the route's
 * mailbox; the stream is built on a virtual thread.
 */
final class RouteDialer {
    private static final Logger LOG = LoggerFactory.getLogger(RouteDialer.class);
    private static final long FIRST_PAUSE = 2_000_000_000L; // nanoseconds
    private static final int MOST_DOUBLINGS = 20;

    /** The state of dialling. */
    sealed interface Phase {
        /** The next dial may begin at once. */
        record Ready() implements Phase {}

        /** A stream is being built. */
        record Busy() implements Phase {}

        /**
         * The remote domain could not be reached; until the pause is over, stanzas are refused or wait in the database.
         *
         * @param until end of the pause, as {@link System#nanoTime}
         */
        record Pause(long until) implements Phase {
            boolean isOver() { return System.nanoTime() - until >= 0; }
        }

        /** The server stops: no dial begins any more. */
        record Stopped() implements Phase {}
    }

    private final DomainPair pair;
    private final StreamBuilder builder;
    private final Supplier<FederationSettings> settings;
    private final Consumer<ConnectionOutcome> done;
    private Phase phase = new Phase.Ready();
    private int failures; // in a row
    private StanzaError lastError = Condition.REMOTE_SERVER_TIMEOUT.plain();

    /** @param done gets the outcome of each dial, on a virtual thread */
    RouteDialer(DomainPair pair, StreamBuilder builder, Supplier<FederationSettings> settings,
            Consumer<ConnectionOutcome> done) {
        this.pair = pair;
        this.builder = builder;
        this.settings = settings;
        this.done = done;
    }

    /** Begins to build a stream, unless one is being built or the server stops. Ends a pause. */
    void dial() {
        switch (phase) {
            case Phase.Ready _, Phase.Pause _ -> {
                phase = new Phase.Busy();
                Thread.ofVirtual().name(pair.toString()).start(() -> done.accept(build()));
            }
            case Phase.Busy _, Phase.Stopped _ -> {}
        }
    }

    private ConnectionOutcome build() {
        try {
            return builder.build(pair);
        } catch (RuntimeException e) {
            LOG.error("bug: no stream can be built from {}", pair, e);
            return ConnectionOutcome.failed("an error of this server");
        }
    }

    /** Notes that the dial has ended. */
    void ended() {
        if (phase instanceof Phase.Busy) phase = new Phase.Ready();
    }

    /** Notes that there is a stream: the next pause is short again. */
    void reached() {
        failures = 0;
        if (phase instanceof Phase.Pause) phase = new Phase.Ready();
    }

    /** Begins a pause. @return its length in nanoseconds */
    long failed(ConnectionOutcome.Failed outcome) {
        failures++;
        lastError = outcome.error();
        long pause =
                Math.min(settings.get().retry().toNanos(), FIRST_PAUSE << Math.min(failures - 1, MOST_DOUBLINGS));
        phase = switch (phase) {
            case Phase.Ready _, Phase.Pause _ -> new Phase.Pause(System.nanoTime() + pause);
            case Phase.Busy _, Phase.Stopped _ -> phase;
        };
        return pause;
    }

    /** Returns the error for stanzas while nothing is dialled; empty if a dial is under way or may begin. */
    Optional<StanzaError> refusal() {
        return switch (phase) {
            case Phase.Ready _, Phase.Busy _ -> Optional.empty();
            case Phase.Pause pause -> pause.isOver() ? Optional.empty() : Optional.of(lastError);
            case Phase.Stopped _ -> Optional.of(stopError());
        };
    }

    static StanzaError stopError() { return Condition.REMOTE_SERVER_TIMEOUT.because("this server stops"); }

    boolean isDialling() { return phase instanceof Phase.Busy; }

    boolean isStopped() { return phase instanceof Phase.Stopped; }

    /** Returns whether there is nothing to remember: no dial, no pause. */
    boolean isIdle() {
        return switch (phase) {
            case Phase.Ready _ -> true;
            case Phase.Pause pause -> pause.isOver();
            case Phase.Busy _, Phase.Stopped _ -> false;
        };
    }

    /** Begins no dial any more. */
    void stop() { phase = new Phase.Stopped(); }

    int failures() { return failures; }

    /** Returns the text of the last failure; empty since the remote domain was reached. */
    String lastError() {
        return failures == 0 ? "" : lastError.text();
    }

    /** Returns the seconds until the next try; 0 if there is no pause. */
    long secondsToWait() {
        return phase instanceof Phase.Pause(var until)
                ? Math.max(0, (until - System.nanoTime()) / 1_000_000_000) : 0;
    }
}
