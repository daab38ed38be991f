package im.martlet.federation;

import im.martlet.im.Redelivery;
import im.martlet.stanza.KeepPolicy;
import im.martlet.stanza.Message;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StoredStanza;
import im.martlet.storage.db.StorageException;
import im.martlet.storage.key.LogId;
import im.martlet.storage.log.RemoteMessages.Item;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/**
 * What one route has in the database: the messages that its host lets wait for another domain through an outage of it,
 * or of ours. While the route is parked, some of them are there only, and are read page by page when they can be sent.
 * Of the route's mailbox.
 */
final class Backlog {
    private static final int PAGE = 100;
    private static final int MOST = 10_000; // messages between two domains

    /** A message that was read again. */
    record Late(long id, Message message) {}

    private final DomainPair pair;
    private final RemoteMessageWriter keeper;
    private final Supplier<Duration> patience;
    private boolean parked;
    private long queued; // the greatest id that the route has, or had, in memory
    private int unsettled; // on their way into the database
    private long count;

    /** @param patience how long messages may wait at the moment; zero for not at all */
    Backlog(DomainPair pair, RemoteMessageWriter keeper, Supplier<Duration> patience) {
        this.pair = pair;
        this.keeper = keeper;
        this.patience = patience;
    }

    /** Messages of an earlier run of the server wait. */
    void resume(long count) {
        this.count += count;
        parked = true;
    }

    /** Whether a stanza is one that may wait: a message that would be worth keeping for its recipient. */
    boolean keeps(Stanza stanza) {
        return stanza instanceof Message m && !patience.get().isZero() && KeepPolicy.of(m) != KeepPolicy.NOTHING;
    }

    boolean isFull() { return count >= MOST; }

    /** @param durable on the writer's thread; it has the route {@link #settled} it */
    long keep(byte[] stanza, Runnable durable) {
        count++;
        unsettled++;
        return keeper.keep(pair, stanza, durable);
    }

    void settled() { unsettled--; }

    /** A message waits in memory too. */
    void queued(long id) { queued = id; }

    /** It has arrived, or was given up. */
    void forget(long id) {
        count--;
        keeper.forget(id);
    }

    /** From this message on all are in the database only. */
    void park(long first) {
        if (parked && queued < first) return;
        parked = true;
        queued = first - 1;
    }

    void park() { parked = true; }

    boolean isParked() { return parked; }

    /** Whether anything of it is in the database. */
    boolean isEmpty() { return count == 0 && unsettled == 0; }

    long count() { return count; }

    /**
     * The next messages, in order, with notes of when they were sent (XEP-0203). Blocks; throws
     * {@link StorageException}.
     */
    List<Late> next() {
        var page = keeper.messages().after(pair.local(), pair.remote(), queued, PAGE);
        if (!page.isEmpty()) queued = page.getLast().id();
        if (page.size() < PAGE && unsettled == 0) parked = false;
        return page.stream().map(this::late).toList();
    }

    /**
     * The oldest of those that were not read yet, if they have waited too long. Blocks; throws
     * {@link StorageException}.
     */
    List<Late> expired() {
        var old = keeper.messages().after(pair.local(), pair.remote(), queued, PAGE).stream()
                .filter(item -> isExpired(item.id())).toList();
        if (!old.isEmpty()) queued = old.getLast().id();
        return old.stream().map(this::late).toList();
    }

    boolean isExpired(long id) { return LogId.time(id).isBefore(Instant.now().minus(patience.get())); }

    private Late late(Item item) {
        return new Late(item.id(),
                Redelivery.late(StoredStanza.read(item.stanza()), LogId.time(item.id()), pair.local()));
    }
}
