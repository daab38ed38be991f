package im.martlet.federation;

import im.martlet.im.Redelivery;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.KeepPolicy;
import im.martlet.stanza.Message;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaWriter;
import im.martlet.stanza.StoredStanza;
import im.martlet.storage.db.StorageException;
import im.martlet.storage.key.LogId;
import im.martlet.storage.log.RemoteMessages.Item;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The messages of one route in the database. They wait there through an outage of the remote server or of this server,
 * if the local host lets them. While the backlog is parked, some messages are in the database only; the route reads
 * them page by page when it can send them. On the route's mailbox.
 */
final class Backlog {
    private static final Logger LOG = LoggerFactory.getLogger(Backlog.class);
    private static final int PAGE = 100;
    private static final int MOST = 10_000; // messages between two domains

    private final DomainPair pair;
    private final RemoteMessageWriter writer;
    private final Supplier<Duration> patience;
    private boolean parked;
    private long lastQueued; // the greatest id that is or was in the route's memory
    private int unsettled; // messages that are being written
    private long count;

    /** @param patience how long messages may wait; zero if they may not; may change */
    Backlog(DomainPair pair, RemoteMessageWriter writer, Supplier<Duration> patience) {
        this.pair = pair;
        this.writer = writer;
        this.patience = patience;
    }

    /** Adds the messages that an earlier run of the server has stored. */
    void resume(long stored) {
        count += stored;
        parked = true;
    }

    /** Returns whether a stanza may wait: it is a message that an archive would keep for its recipient. */
    boolean keeps(Stanza stanza) {
        return stanza instanceof Message m && !patience.get().isZero() && KeepPolicy.of(m) != KeepPolicy.NOTHING;
    }

    boolean isFull() { return count >= MOST; }

    /**
     * Stores a message.
     *
     * @param transaction of the message, which is not acknowledged before the message is committed
     * @param durable called on the writer's thread when the message is committed; makes the route call {@link #settled}
     * @return id of the message, greater than all earlier ids
     */
    long keep(byte[] stanza, StanzaTransaction transaction, Runnable durable) {
        count++;
        unsettled++;
        transaction.take();
        return writer.keep(pair, stanza, () -> {
            transaction.giveBack();
            durable.run();
        });
    }

    /** Notes that a message is committed. */
    void settled() { unsettled--; }

    /** Notes that a message waits in the route's memory too. */
    void queued(long id) { lastQueued = id; }

    /** Deletes a message that has arrived or was given up. */
    void forget(long id) {
        count--;
        writer.forget(id);
    }

    /** Notes that from this message on all messages are in the database only. */
    void park(long first) {
        if (parked && lastQueued < first) return;
        parked = true;
        lastQueued = first - 1;
    }

    boolean isParked() { return parked; }

    /** Returns whether no message of the route is in the database. */
    boolean isEmpty() {
        return count == 0 && unsettled == 0;
    }

    long count() { return count; }

    /**
     * Moves the next messages into the queue of the route, in order, with notes of when they were sent (XEP-0203).
     * Blocks.
     *
     * @param expired gets each message that has waited too long, instead of the queue
     * @param unreadable called if the database cannot be read
     * @return whether there was a message
     */
    boolean read(RouteQueue queue, Consumer<Message> expired, Runnable unreadable) {
        try {
            var page = page();
            if (!page.isEmpty()) lastQueued = page.getLast().id();
            if (page.size() < PAGE && unsettled == 0) parked = false;
            for (Item item : page) {
                if (isExpired(item)) expire(item, expired);
                else {
                    var message = message(item);
                    queue.addStored(message, StanzaWriter.bytes(message), item.id());
                }
            }
            return !page.isEmpty();
        } catch (StorageException e) {
            log(e);
            unreadable.run();
            return false;
        }
    }

    /**
     * Deletes the messages that are in the database only and have waited too long; does nothing if the database cannot
     * be read. Blocks.
     *
     * @param expired gets each of them
     */
    void expire(Consumer<Message> expired) {
        try {
            for (var old = oldPage(); !old.isEmpty(); old = oldPage()) {
                lastQueued = old.getLast().id();
                old.forEach(item -> expire(item, expired));
            }
        } catch (StorageException e) {
            log(e);
        }
    }

    private void log(StorageException e) {
        LOG.warn("messages for {} cannot be read from the database: {}", pair.remote(), e.getMessage());
    }

    private List<Item> page() { return writer.messages().after(pair.local(), pair.remote(), lastQueued, PAGE); }

    private List<Item> oldPage() { return page().stream().filter(this::isExpired).toList(); }

    private boolean isExpired(Item item) {
        return LogId.time(item.id()).isBefore(Instant.now().minus(patience.get()));
    }

    private void expire(Item item, Consumer<Message> expired) {
        forget(item.id());
        expired.accept(message(item));
    }

    private Message message(Item item) {
        return Redelivery.delayed(StoredStanza.read(item.stanza()), LogId.time(item.id()), pair.local());
    }
}
