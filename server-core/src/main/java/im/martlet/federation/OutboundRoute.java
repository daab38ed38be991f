package im.martlet.federation;

import im.martlet.routing.ErrorReplies;
import im.martlet.session.Mailbox;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Decision;
import im.martlet.stanza.Message;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaError;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaWriter;
import im.martlet.stanza.StreamError;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queue from one local domain to one remote domain. Stanzas wait, in order and within bounds, while a stream is
 * built or while the remote server does not read. Stanzas that a lost stream has not acknowledged are sent again over
 * the next. A stanza that cannot be sent is answered with an error, once. Owned by its mailbox.
 */
final class OutboundRoute implements StreamOwner {
    private static final Logger LOG = LoggerFactory.getLogger(OutboundRoute.class);
    private static final String NOT_NOW = "the message cannot be sent now and waits in the database";
    private static final int MOST_USELESS = 3; // streams in a row
    private static final long READ_PAUSE = 2_000_000_000L; // nanoseconds, after the database could not be read

    private final DomainPair pair;
    private final Supplier<FederationSettings> settings;
    private final Consumer<Stanza> errors;
    private final Mailbox mailbox;
    private final Backlog backlog;
    private final RouteDialer dialer;
    private final RouteQueue queue;
    private volatile @Nullable RouteStream current; // null while no stream is open
    private int useless; // streams in a row that ended at once and acknowledged nothing

    /**
     * @param backlog the messages of this route in the database
     * @param builder builds streams
     * @param errors routes the error for a stanza that cannot be sent to its sender
     * @param whenIdle called when the mailbox is empty
     */
    OutboundRoute(DomainPair pair, Supplier<FederationSettings> settings, Backlog backlog, StreamBuilder builder,
            Consumer<Stanza> errors, Runnable whenIdle) {
        this.pair = pair;
        this.settings = settings;
        this.backlog = backlog;
        this.errors = errors;
        this.queue = new RouteQueue(() -> settings.get().queue().bytes());
        this.mailbox = new Mailbox(pair.toString(), whenIdle);
        this.dialer = new RouteDialer(pair, builder, settings, outcome -> mailbox.tell(() -> built(outcome)));
    }

    DomainPair pair() { return pair; }

    /** Sends a stanza. Any thread. @param transaction held until the stanza is on its way, waits, or is refused */
    void tell(Stanza stanza, StanzaTransaction transaction) {
        mailbox.tell(transaction, () -> send(stanza, transaction));
    }

    private void send(Stanza stanza, StanzaTransaction transaction) {
        byte[] written = StanzaWriter.bytes(stanza);
        var unreachable = unreachable();
        if (backlog.keeps(stanza)) store(stanza, written, transaction);
        else if (unreachable.isPresent()) refuse(stanza, unreachable.get());
        else if (!queue.hasRoomFor(written)) refuse(stanza, tooMuch());
        else send(queue.add(stanza, written, transaction.sender()));
    }

    /** Returns the error for stanzas if there is no stream and none may be built now. */
    private Optional<StanzaError> unreachable() {
        return current == null ? dialer.refusal() : Optional.empty();
    }

    private StanzaError tooMuch() {
        return Condition.RESOURCE_CONSTRAINT.because("too many stanzas wait for " + pair.remote());
    }

    private void send(RouteEntry queued) {
        flush();
        if (queue.endsWith(queued)) holdBack(queued.stanza(), current == null
                ? "no stream to the remote server is open yet" : "the remote server reads too slowly");
    }

    private static void holdBack(Stanza stanza, String reason) {
        Decision.HELD_BACK.log(LOG, reason, stanza.from().bare(), stanza);
    }

    /** Stores a message that may wait through an outage. It is acknowledged to its sender when it is stored. */
    private void store(Stanza stanza, byte[] written, StanzaTransaction transaction) {
        if (backlog.isFull()) {
            refuse(stanza, tooMuch());
            return;
        }
        long id = backlog.keep(written, transaction, () -> mailbox.tell(() -> {
            backlog.settled();
            flush();
        }));
        boolean reachable = unreachable().isEmpty();
        if (reachable && !backlog.isParked() && queue.hasRoomFor(written)) {
            backlog.queued(id);
            send(queue.addStored(stanza, written.clone(), id));
            return;
        }
        if (!backlog.isParked()) backlog.park(id);
        holdBack(stanza, reachable ? "earlier messages wait, so the message waits in the database" : NOT_NOW);
    }

    /** Goes on with messages that were stored in an earlier run of the server. Any thread. */
    void resume(long count) {
        mailbox.tell(() -> {
            backlog.resume(count);
            flush();
        });
    }

    private void flush() {
        var stream = current;
        if (stream == null) dialIfNeeded();
        else do writeQueue(stream);
        while (queue.isEmpty() && backlog.isParked() && queue.hasRoom() && stream.isWritable()
                && backlog.read(queue, this::expired, () -> later(this::flush, READ_PAUSE)));
    }

    private void expired(Message message) {
        refuse(message, Condition.REMOTE_SERVER_TIMEOUT.because(pair.remote() + " could not be reached for too long"));
    }

    private void later(Runnable work, long nanos) {
        CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS).execute(() -> mailbox.tell(() -> {
            if (!dialer.isStopped()) work.run();
        }));
    }

    private void writeQueue(RouteStream stream) {
        while (!queue.isEmpty() && stream.isWritable()) {
            var next = queue.remove();
            if (!stream.isManaged()) arrived(next);
            stream.write(next, () -> mailbox.tell(() -> {
                stream.writable();
                flush();
            }));
        }
    }

    /** Notes that a stanza needs no more work: it was acknowledged, given up, or sent without acknowledgements. */
    private void arrived(RouteEntry entry) {
        queue.release(entry);
        if (entry.stored() != 0) backlog.forget(entry.stored());
    }

    // ---- streams begin and end

    private void dialIfNeeded() {
        if (!queue.isEmpty() || backlog.isParked() && dialer.refusal().isEmpty()) dialer.dial();
    }

    private void built(ConnectionOutcome outcome) {
        dialer.ended();
        switch (outcome) {
            case ConnectionOutcome.Ready(var built) -> attach(built);
            case ConnectionOutcome.Failed failed -> {
                if (current == null) failed(failed);
            }
            case ConnectionOutcome.Verified _ -> throw new IllegalStateException("the dial was not for a key");
        }
    }

    /** Begins to use a stream that this server opened, or that the remote server lets it use (XEP-0288). */
    private void attach(ServerStream stream) {
        dialer.reached();
        if (current == null && !stream.connection.isOver()) {
            current = new RouteStream(pair, stream);
            stream.attachTo(this);
            if (stream.connection.isOver()) lost(stream); // it ended before it had an owner to tell
        }
        flush();
    }

    /** Offers a stream that the remote server opened. Any thread. */
    void offer(ServerStream stream) {
        stream.attachTo(this); // from now on stream management is enabled on this mailbox, between two stanzas
        mailbox.tell(() -> attach(stream));
    }

    private void failed(ConnectionOutcome.Failed outcome) {
        long pause = dialer.failed(outcome);
        LOG.info("{} cannot be reached: {}; next try in {} s", pair.remote(), outcome.why(), pause / 1_000_000_000);
        refuseAll(outcome.error());
        if (backlog.isParked()) {
            backlog.expire(this::expired);
            later(this::dialIfNeeded, pause);
        }
    }

    private void refuseAll(StanzaError error) {
        for (RouteEntry next : queue.drain()) {
            if (next.stored() == 0) refuse(next.stanza(), error);
            else {
                backlog.park(next.stored());
                holdBack(next.stanza(), NOT_NOW);
            }
        }
    }

    private void refuse(Stanza stanza, StanzaError error) {
        ErrorReplies.refuse(LOG, stanza, error, stanza.from().bare(), errors);
    }

    private void lost(ServerStream stream) {
        var ended = current;
        if (ended == null || ended.stream() != stream) return;
        current = null;
        var unacked = ended.takeUnacked();
        unacked.stream().filter(RouteEntry::isLastTry).forEach(this::giveUp);
        queue.putBack(unacked.stream().filter(entry -> !entry.isLastTry()).map(RouteEntry::again).toList());
        useless = ended.wasUseful() ? 0 : useless + 1;
        if (useless > MOST_USELESS) failed(ConnectionOutcome.failed(pair.remote() + " ends each stream at once"));
        else flush();
    }

    private void giveUp(RouteEntry entry) {
        arrived(entry);
        refuse(entry.stanza(), Condition.REMOTE_SERVER_TIMEOUT.because(pair.remote() + " does not acknowledge it"));
    }

    // ---- events of the current stream

    @Override public void then(Runnable work) { mailbox.tell(work); }

    @Override public void acknowledged(ServerStream from, long h) {
        mailbox.tell(() -> {
            var stream = current;
            if (stream == null || stream.stream() != from) return;
            if (!stream.acknowledge(h, this::arrived)) // XEP-0198 §4
                from.end(StreamError.Condition.UNDEFINED_CONDITION
                        .because("the acknowledged count does not fit: this server has not sent so many stanzas"));
            else if (backlog.isParked()) flush();
        });
    }

    @Override public void tick(ServerStream of, long now) {
        var stream = current;
        if (stream != null && stream.stream() == of) stream.tick(now, settings.get().timeout(), mailbox);
    }

    /** Notes that the remote server has answered a ping, over whichever stream. Any thread. */
    void alive() {
        mailbox.tell(() -> {
            var stream = current;
            if (stream != null) stream.answered();
        });
    }

    @Override public void gone(ServerStream from) { mailbox.tell(() -> lost(from)); }

    // ---- life of the route

    /** Returns whether the route may be forgotten. Any thread, while nothing can be told to the mailbox. */
    boolean isIdle() {
        return mailbox.waiting() == 0 && current == null && dialer.isIdle() && queue.isEmpty() && !backlog.isParked()
                && backlog.isEmpty();
    }

    /** Returns the state for an admin. Waits for the mailbox, 5 seconds at most. */
    Map<String, Object> state() {
        var state = new CompletableFuture<Map<String, Object>>();
        mailbox.tell(() -> {
            var stream = current;
            state.complete(Map.of("from", pair.local(), "stream",
                    stream != null ? "open" : dialer.isDialling() ? "being built" : "none", "waiting", queue.size(),
                    "kept", backlog.count(), "unacknowledged", stream == null ? 0 : stream.unacked(), "failures",
                    dialer.failures(), "error", dialer.lastError(), "next_try_seconds", dialer.secondsToWait()));
        });
        return state.completeOnTimeout(Map.of("from", pair.local(), "stream", "busy"), 5, TimeUnit.SECONDS).join();
    }

    /** Refuses the waiting stanzas that are not in the database, and dials no more. The server stops. Any thread. */
    void stop() {
        mailbox.tell(() -> {
            dialer.stop();
            refuseAll(RouteDialer.stopError());
        });
    }

    /** Refuses the waiting stanzas. Any thread. */
    void giveUp(StanzaError error) {
        mailbox.tell(() -> refuseAll(error));
    }
}
