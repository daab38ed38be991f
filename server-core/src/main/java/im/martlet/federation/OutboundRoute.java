package im.martlet.federation;

import im.martlet.address.Jid;
import im.martlet.session.Credit;
import im.martlet.session.Mailbox;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Payload;
import im.martlet.stanza.RandomIds;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaError;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaWriter;
import im.martlet.storage.db.StorageException;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one domain of ours sends to another server: stanzas wait, in order and within bounds, while a stream is built or
 * while the peer does not read, and what a stream that is lost has not acknowledged is sent again over the next.
 * Whatever cannot be sent is answered, once. Owned by its mailbox.
 */
final class OutboundRoute implements StreamOwner {
    private static final int MANY = 256; // waiting stanzas, from when senders wait with them
    private static final int MOST_TRIES = 3; // of one stanza, that streams were lost with
    private static final long LONG_LIFE = 5_000_000_000L; // of a stream
    private static final long FIRST_RETRY = 2_000_000_000L;

    /** @param kept its id in the database; 0 for what is in memory only */
    private record QueuedStanza(Stanza stanza, byte[] bytes, Credit credit, int tries, long kept) {}

    private final DomainPair pair;
    private final Supplier<FederationSettings> settings;
    private final Function<OutboundRoute, ConnectionOutcome> dial;
    private final BiConsumer<Stanza, StanzaError> refuse;
    private final Mailbox mailbox;
    private final Backlog backlog;
    private final ArrayDeque<QueuedStanza> queue = new ArrayDeque<>();
    private final ArrayDeque<QueuedStanza> unacknowledged = new ArrayDeque<>(); // over the stream, when it counts
    private long bytes; // of both
    private long acknowledged; // stanzas of this stream, modulo 2^32
    private @Nullable ServerStream stream;
    private boolean building;
    private long attachedAt;
    private boolean useful; // the stream: something came of it
    private int useless; // streams in a row
    private boolean behind; // the peer reads slower than we write
    private boolean stopped;
    private int failures;
    private long retryAt = System.nanoTime();
    private StanzaError lastError = Condition.REMOTE_SERVER_TIMEOUT.plain();
    private static final String SIGN = "alive-"; // begins the ids of our questions whether a peer without stream management is there

    private volatile boolean awaiting; // an acknowledgement, or a sign of life
    private volatile long heardAt;
    private boolean asked;

    /**
     * @param backlog its part of the database
     * @param dial builds a stream; blocks
     * @param refuse answers a stanza that cannot be sent
     * @param whenIdle told when there is nothing more to do
     */
    OutboundRoute(DomainPair pair, Supplier<FederationSettings> settings, Backlog backlog,
            Function<OutboundRoute, ConnectionOutcome> dial, BiConsumer<Stanza, StanzaError> refuse,
            Runnable whenIdle) {
        this.pair = pair;
        this.settings = settings;
        this.backlog = backlog;
        this.dial = dial;
        this.refuse = refuse;
        this.mailbox = new Mailbox(pair.toString(), whenIdle);
    }

    DomainPair pair() { return pair; }

    /** Takes a stanza; it has left the hands of its sender when it waits here. Any thread. */
    void tell(Stanza stanza, StanzaTransaction transaction) {
        mailbox.tell(transaction, () -> send(stanza, transaction));
    }

    private void send(Stanza stanza, StanzaTransaction transaction) {
        byte[] written = StanzaWriter.bytes(stanza);
        var sender = transaction.sender();
        if (backlog.keeps(stanza)) keep(stanza, written, transaction);
        else if (stream == null && !building && System.nanoTime() - retryAt < 0) refuse.accept(stanza, lastError);
        else if (bytes + written.length > settings.get().queue().bytes())
            refuse.accept(stanza, Condition.RESOURCE_CONSTRAINT.because("too much waits for " + pair.remote()));
        else {
            var credit = queue.size() < MANY ? Credit.UNLIMITED : sender; // a flood waits for itself
            credit.take();
            bytes += written.length;
            queue.add(new QueuedStanza(stanza, written, credit, 0, 0));
            flush();
        }
    }

    /**
     * A message that waits through an outage: it is acknowledged to its sender when it is written down, and may have
     * gone by then.
     */
    private void keep(Stanza stanza, byte[] written, StanzaTransaction transaction) {
        if (backlog.isFull()) {
            refuse.accept(stanza, Condition.RESOURCE_CONSTRAINT.because("too much waits for " + pair.remote()));
            return;
        }
        transaction.take();
        long id = backlog.keep(written, () -> {
            transaction.giveBack();
            mailbox.tell(() -> {
                backlog.settled();
                flush();
            });
        });
        if (backlog.isParked()) return;
        if (stream == null && !building && System.nanoTime() - retryAt < 0
                || bytes + written.length > settings.get().queue().bytes())
            backlog.park(id);
        else {
            bytes += written.length;
            queue.add(new QueuedStanza(stanza, written.clone(), Credit.UNLIMITED, 0, id));
            backlog.queued(id);
            flush();
        }
    }

    /** Messages wait of an earlier run of the server. Any thread. */
    void resume(long count) {
        mailbox.tell(() -> {
            backlog.resume(count);
            flush();
        });
    }

    private void flush() {
        var open = stream;
        if (open == null) {
            build();
            return;
        }
        do writeQueue(open);
        while (queue.isEmpty() && backlog.isParked() && hasRoom() && !behind && !open.wire.isOver() && readBacklog());
    }

    private boolean hasRoom() { return bytes < settings.get().queue().bytes(); }

    /** @return whether there was anything */
    private boolean readBacklog() {
        try {
            var page = backlog.next();
            for (var late : page) {
                if (backlog.isExpired(late.id())) expire(late);
                else {
                    byte[] written = StanzaWriter.bytes(late.message());
                    bytes += written.length;
                    queue.add(new QueuedStanza(late.message(), written, Credit.UNLIMITED, 0, late.id()));
                }
            }
            return !page.isEmpty();
        } catch (StorageException e) {
            OpenServerStreams.LOG.warn("messages for {} cannot be read: {}", pair.remote(), e.getMessage());
            later(this::flush, FIRST_RETRY);
            return false;
        }
    }

    private void expire(Backlog.Late late) {
        backlog.forget(late.id());
        refuse.accept(late.message(),
                Condition.REMOTE_SERVER_TIMEOUT.because(pair.remote() + " was not reached for too long"));
    }

    private void later(Runnable work, long nanos) {
        CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS).execute(() -> mailbox.tell(() -> {
            if (!stopped) work.run();
        }));
    }

    private void writeQueue(ServerStream open) {
        while (!queue.isEmpty() && !behind && !open.wire.isOver()) {
            var next = queue.remove();
            next.credit.giveBack();
            write(open, next);
            if (open.wire.isBehind()) {
                behind = true;
                open.wire.whenReady(() -> mailbox.tell(() -> {
                    behind = false;
                    flush();
                }));
            }
        }
    }

    private void write(ServerStream open, QueuedStanza next) {
        if (open.isManaged()) {
            unacknowledged.add(next);
            if (!awaiting) heardAt = System.nanoTime();
            awaiting = true;
        } else {
            arrived(next);
            if (!awaiting) heardAt = System.nanoTime();
            awaiting = true;
        }
        open.send(open.isManaged() ? next.bytes.clone() : next.bytes); // ours, while it may be sent again
        if (open.isManaged() && !asked) ask(open);
    }

    private void arrived(QueuedStanza it) {
        bytes -= it.bytes.length;
        if (it.kept != 0) backlog.forget(it.kept);
    }

    /**
     * One question at a time: its answer brings the next, so that little is unacknowledged, and nobody is asked for
     * each stanza.
     */
    private void ask(ServerStream open) {
        asked = true;
        open.request();
    }

    private void build() {
        if (stopped || building || queue.isEmpty() && (!backlog.isParked() || System.nanoTime() - retryAt < 0)) return;
        building = true;
        Thread.ofVirtual().name(pair.toString()).start(() -> {
            var outcome = dialled();
            mailbox.tell(() -> built(outcome));
        });
    }

    private ConnectionOutcome dialled() {
        try {
            return dial.apply(this);
        } catch (RuntimeException e) {
            OpenServerStreams.LOG.error("bug: {} cannot be built", pair, e);
            return ConnectionOutcome.failed("an error of this server");
        }
    }

    private void built(ConnectionOutcome outcome) {
        building = false;
        switch (outcome) {
            case ConnectionOutcome.Ready(var built) -> attach(built);
            case ConnectionOutcome.Failed failed -> {
                if (stream == null) failed(failed);
            }
            case ConnectionOutcome.Verified _ -> throw new IllegalStateException("a stream was to be built");
        }
    }

    /** A stream for our stanzas, that we have opened, or that the peer has and lets us use (XEP-0288). */
    private void attach(ServerStream open) {
        failures = 0;
        retryAt = System.nanoTime();
        if (stream == null && !open.wire.isOver()) {
            stream = open;
            acknowledged = 0;
            attachedAt = System.nanoTime();
            useful = false;
            asked = false;
            behind = false;
            open.carry(this);
            if (open.wire.isOver()) lost(open); // before it could tell us
        }
        flush();
    }

    /** Any thread. */
    void offer(ServerStream open) {
        open.carry(this); // it is asked for behind all that is said from now on
        mailbox.tell(() -> attach(open));
    }

    private void failed(ConnectionOutcome.Failed failed) {
        failures++;
        long pause = Math.min(settings.get().retry().toNanos(), FIRST_RETRY << Math.min(failures - 1, 20));
        retryAt = System.nanoTime() + pause;
        lastError = failed.error();
        OpenServerStreams.LOG.info("{} cannot be reached: {}; next try in {} s", pair.remote(), failed.why(),
                pause / 1_000_000_000);
        refuseAll(lastError);
        if (backlog.isParked()) {
            expireSome();
            later(this::build, pause);
        }
    }

    private void expireSome() {
        try {
            for (var late = backlog.expired(); !late.isEmpty(); late = backlog.expired()) late.forEach(this::expire);
        } catch (StorageException e) {
            OpenServerStreams.LOG.warn("messages for {} cannot be read: {}", pair.remote(), e.getMessage());
        }
    }

    private void refuseAll(StanzaError error) {
        for (var next = queue.poll(); next != null; next = queue.poll()) {
            bytes -= next.bytes.length;
            next.credit.giveBack();
            if (next.kept != 0) backlog.park(next.kept); // it is in the database still
            else refuse.accept(next.stanza, error);
        }
    }

    // ---- the carrier of a stream

    @Override public void then(Runnable work) { mailbox.tell(work); }

    @Override public void acknowledged(ServerStream from, long h) {
        mailbox.tell(() -> {
            if (from != stream) return;
            long fresh = (h - acknowledged) & 0xFFFFFFFFL;
            if (h < 0 || fresh > unacknowledged.size()) { // XEP-0198 §4
                from.end(im.martlet.stanza.StreamError.Condition.UNDEFINED_CONDITION.because("so many were not sent"));
                return;
            }
            useful |= fresh > 0;
            for (; fresh > 0; fresh--) arrived(unacknowledged.remove());
            acknowledged = h;
            heardAt = System.nanoTime();
            awaiting = !unacknowledged.isEmpty();
            asked = false;
            if (awaiting) ask(from);
            if (backlog.isParked()) flush();
        });
    }

    @Override public void tick(ServerStream of, long now) {
        if (!awaiting || of != stream) return;
        if (!of.isManaged() && !asked && now - heardAt > settings.get().timeout().toNanos() / 2)
            mailbox.tell(() -> askForSign(of));
        if (now - heardAt > settings.get().timeout().toNanos())
            of.end(im.martlet.stanza.StreamError.Condition.CONNECTION_TIMEOUT.because("no sign of life for too long"));
    }

    /** XEP-0199: a peer that acknowledges nothing is asked, some time after something was sent, whether it is there. */
    private void askForSign(ServerStream of) {
        if (asked || of != stream) return;
        asked = true;
        of.send(StanzaWriter.bytes(new Iq.Get(Jid.of("", pair.local(), ""), Jid.of("", pair.remote(), ""),
                SIGN + RandomIds.next(), "", Payload.of(Element.of(Namespaces.PING, "ping")))));
    }

    /** Whether an id is one of such questions. */
    static boolean isSign(String id) { return id.startsWith(SIGN); }

    /** The peer is there, whichever stream its answer has come over. Any thread. */
    void alive() {
        mailbox.tell(() -> {
            if (stream == null || stream.isManaged()) return;
            awaiting = false;
            asked = false;
        });
    }

    @Override public void gone(ServerStream from) { mailbox.tell(() -> lost(from)); }

    private void lost(ServerStream from) {
        if (from != stream) return;
        stream = null;
        behind = false;
        awaiting = false;
        var again = new ArrayList<QueuedStanza>();
        for (var next = unacknowledged.poll(); next != null; next = unacknowledged.poll()) {
            if (next.tries + 1 < MOST_TRIES)
                again.add(new QueuedStanza(next.stanza, next.bytes, Credit.UNLIMITED, next.tries + 1, next.kept));
            else {
                arrived(next);
                refuse.accept(next.stanza,
                        Condition.REMOTE_SERVER_TIMEOUT.because(pair.remote() + " does not acknowledge it"));
            }
        }
        for (QueuedStanza next : again.reversed()) queue.addFirst(next);
        useless = useful || System.nanoTime() - attachedAt > LONG_LIFE ? 0 : useless + 1;
        if (useless > MOST_TRIES)
            failed(new ConnectionOutcome.Failed(false, pair.remote() + " ends every stream as soon as it is there"));
        else flush();
    }

    /** Whether it may be forgotten. On whatever thread, while nothing can be told. */
    boolean isIdle() {
        return mailbox.waiting() == 0 && stream == null && !building && queue.isEmpty() && !backlog.isParked()
                && backlog.isEmpty() && System.nanoTime() - retryAt >= 0;
    }

    /** What an admin may know; waits a moment for the mailbox. */
    Map<String, Object> state() {
        var state = new CompletableFuture<Map<String, Object>>();
        mailbox.tell(() -> state.complete(
                Map.of("from", pair.local(), "stream", stream == null ? building ? "being built" : "none" : "open",
                        "waiting", queue.size(), "kept", backlog.count(),
                        "unacknowledged", unacknowledged.size(), "failures", failures, "error",
                        failures == 0 ? "" : lastError.text(),
                        "next_try_seconds", Math.max(0, (retryAt - System.nanoTime()) / 1_000_000_000))));
        return state.completeOnTimeout(Map.of("from", pair.local(), "stream", "busy"), 5, TimeUnit.SECONDS).join();
    }

    /** The server stops: what is not in the database is given up, and nothing is tried any more. Any thread. */
    void stop() {
        mailbox.tell(() -> {
            stopped = true;
            refuseAll(Condition.REMOTE_SERVER_TIMEOUT.because("the server stops"));
        });
    }

    /** Gives up what waits. Any thread. */
    void giveUp(StanzaError error) { mailbox.tell(() -> refuseAll(error)); }
}
