package im.martlet.federation;

import im.martlet.storage.db.StorageException;
import im.martlet.storage.key.LogId;
import im.martlet.storage.log.RemoteMessages;
import im.martlet.storage.log.RemoteMessages.Item;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes messages for remote domains to the database, in the order they come, many in one commit. A message that has
 * arrived before it was written is not written at all. While the database is away, the writer tries again. Any thread.
 */
@Singleton
public final class RemoteMessageWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteMessageWriter.class);
    private static final int MOST_AT_ONCE = 500;
    private static final long PAUSE_MILLIS = 500;

    private sealed interface Work {
        record Keep(Item item, Runnable durable) implements Work {}

        record Forget(long id) implements Work {}

        record Stop() implements Work {}
    }

    private final RemoteMessages messages;
    private final LinkedBlockingQueue<Work> queue = new LinkedBlockingQueue<>(); // bounded by the credit of the senders
    private final SecureRandom random = new SecureRandom();
    private final Thread writer = Thread.ofVirtual().name("remote-message-writer").unstarted(this::write);
    private long last; // id; guarded by "this"
    private volatile boolean closing;

    @Inject RemoteMessageWriter(RemoteMessages messages) { this.messages = messages; }

    /** Begins to write. Blocks. */
    synchronized void start() {
        last = Math.max(last, messages.last());
        writer.start();
    }

    RemoteMessages messages() { return messages; }

    /**
     * Stores a message.
     *
     * @param durable called when the message is committed, in order, on the writer's thread; must not block
     * @return id of the message, greater than all earlier ids
     */
    synchronized long keep(DomainPair pair, byte[] stanza, Runnable durable) {
        last = LogId.next(last, Instant.now(), random.nextLong());
        queue.add(new Work.Keep(new Item(last, pair.local(), pair.remote(), stanza), durable));
        return last;
    }

    /** Deletes a message that has arrived or was given up. */
    void forget(long id) { queue.add(new Work.Forget(id)); }

    private void write() {
        var batch = new ArrayList<Work>();
        try {
            for (boolean stop = false; !stop; batch.clear()) {
                batch.add(queue.take());
                queue.drainTo(batch, MOST_AT_ONCE);
                stop = batch.removeIf(Work.Stop.class::isInstance);
                write(batch);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(List<Work> batch) throws InterruptedException {
        var added = new LinkedHashMap<Long, Item>();
        var removed = new LinkedHashSet<Long>();
        for (Work work : batch) switch (work) {
            case Work.Keep(var item, _) -> added.put(item.id(), item);
            case Work.Forget(long id) -> { if (added.remove(id) == null) removed.add(id); }
            case Work.Stop _ -> {}
        }
        while (!tryToWrite(List.copyOf(added.values()), removed)) TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        for (Work work : batch) if (work instanceof Work.Keep(_, var durable)) durable.run();
    }

    private boolean tryToWrite(List<Item> added, LinkedHashSet<Long> removed) {
        try {
            if (!added.isEmpty() || !removed.isEmpty()) messages.write(added, removed);
            return true;
        } catch (StorageException e) {
            LOG.warn("messages for remote servers cannot be written to the database: {}", e.getMessage());
            return closing;
        }
    }

    /** Writes the waiting messages, then stops. */
    @Override public void close() {
        closing = true;
        queue.add(new Work.Stop());
        try {
            if (writer.isAlive()) writer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
