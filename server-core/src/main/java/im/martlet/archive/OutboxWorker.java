package im.martlet.archive;

import im.martlet.extension.Hook;
import im.martlet.extension.OutboxEntry;
import im.martlet.extension.OutboxEntry.Taken;
import im.martlet.storage.db.StorageException;
import im.martlet.storage.log.Outbox;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Offers the entries of one outbox to its consumer when they become due. Entries for one addressee go in order, one at
 * a time. Several addressees are served at once, so a slow one does not delay another. It has its own threads.
 */
final class OutboxWorker implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(OutboxWorker.class);
    private static final int BATCH = 100;
    private static final int PARALLEL_ADDRESSEES = 64;
    private static final Duration POLL_INTERVAL = Duration.ofSeconds(30);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

    private final Hook.OutboxConsumer consumer;
    private final Outbox outbox;
    private final InstantSource clock;
    private final Semaphore wakeUps = new Semaphore(1);
    private final Set<Long> busy = ConcurrentHashMap.newKeySet();
    private volatile boolean stopped;

    OutboxWorker(Hook.OutboxConsumer consumer, Outbox outbox, InstantSource clock) {
        this.consumer = consumer;
        this.outbox = outbox;
        this.clock = clock;
    }

    String name() { return consumer.name(); }

    boolean wantsMissedMessages() { return consumer.getsMissed(); }

    void start() { Thread.ofVirtual().name("consumer " + name()).start(this); }

    void wake() { wakeUps.release(); }

    void stop() {
        stopped = true;
        wake();
    }

    @Override public void run() {
        var pause = Duration.ZERO;
        while (!stopped) try {
            if (wakeUps.tryAcquire(Math.max(1, pause.toMillis()), TimeUnit.MILLISECONDS)) wakeUps.drainPermits();
            pause = POLL_INTERVAL;
            while (offerBatch()) {}
            pause = untilNext();
        } catch (InterruptedException e) {
            return;
        } catch (StorageException e) {
            if (!stopped) LOG.warn("the outbox of {} cannot be read now: {}", name(), e.getMessage());
        }
    }

    private Duration untilNext() {
        if (busy.size() >= PARALLEL_ADDRESSEES) return POLL_INTERVAL; // an addressee that is done wakes this worker
        var next = outbox.next(name(), Set.copyOf(busy)).map(due -> Duration.between(clock.instant(), due))
                .orElse(POLL_INTERVAL);
        return next.compareTo(POLL_INTERVAL) < 0 ? next : POLL_INTERVAL;
    }

    /** Offers a batch of due entries. Returns true if more may be due. */
    private boolean offerBatch() {
        if (stopped || busy.size() >= PARALLEL_ADDRESSEES) return false;
        var due = outbox.due(name(), clock.instant(), Set.copyOf(busy), BATCH);
        due.stream().collect(Collectors.groupingBy(Outbox.Item::addressee)).forEach((addressee, items) -> {
            busy.add(addressee);
            Thread.ofVirtual().name("consumer " + name() + " for " + addressee).start(() -> offer(addressee, items));
        });
        return due.size() == BATCH;
    }

    private void offer(long addressee, List<Outbox.Item> items) {
        try {
            for (var item : items) if (stopped || !offerAndSettle(item)) break; // later entries wait for this one
        } catch (StorageException e) {
            if (!stopped) LOG.warn("the outbox of {} cannot be changed now: {}", name(), e.getMessage());
        } finally {
            busy.remove(addressee);
            wake();
        }
    }

    private boolean offerAndSettle(Outbox.Item item) {
        var result = offer(item);
        switch (result) {
            case Taken.Yes _ -> outbox.done(item);
            case Taken.No _ -> outbox.postpone(item, clock.instant().plus(pause(item.attempts())));
            case Taken.Later(var when) -> outbox.postpone(item, when);
        }
        return result instanceof Taken.Yes;
    }

    private Taken offer(Outbox.Item item) {
        try {
            return consumer.taker().apply(
                    new OutboxEntry(item.account(), item.addressee(), item.entry(), item.note(), item.attempts()));
        } catch (StorageException e) {
            LOG.warn("{} cannot take an outbox entry now, the server offers it again later: {}", name(),
                    e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("bug: {} failed on an outbox entry", name(), e);
        }
        return new Taken.No();
    }

    private static Duration pause(int attempts) {
        var pause = Duration.ofSeconds(1L << Math.min(attempts, 12));
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }
}
