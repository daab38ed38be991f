package im.martlet.archive;

import im.martlet.extension.Hook;
import im.martlet.extension.OutboxEntry;
import im.martlet.extension.OutboxEntry.Taken;
import im.martlet.storage.db.StorageException;
import im.martlet.storage.log.Outbox;
import java.time.Duration;
import java.time.Instant;
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
 * Offers one consumer what is in its outbox, as it becomes due: to one addressee one thing after the other, to several
 * at once, so that none waits for another that is slow. On threads of its own.
 */
final class OutboxWorker implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(OutboxWorker.class);
    private static final int BATCH = 100;
    private static final int AT_ONCE = 64; // addressees
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

    private final Hook.OutboxConsumer consumer;
    private final Outbox outbox;
    private final InstantSource clock;
    private final Semaphore news = new Semaphore(1);
    private final Set<Long> busy = ConcurrentHashMap.newKeySet();
    private volatile boolean stopped;

    OutboxWorker(Hook.OutboxConsumer consumer, Outbox outbox, InstantSource clock) {
        this.consumer = consumer;
        this.outbox = outbox;
        this.clock = clock;
    }

    String name() { return consumer.name(); }

    boolean wantsAllThatIsMissed() { return consumer.ofMissed(); }

    void start() { Thread.ofVirtual().name("consumer " + name()).start(this); }

    void wake() { news.release(); }

    void stop() {
        stopped = true;
        wake();
    }

    @Override public void run() {
        var pause = Duration.ZERO;
        while (!stopped) try {
            if (news.tryAcquire(Math.max(1, pause.toMillis()), TimeUnit.MILLISECONDS)) news.drainPermits();
            pause = LOOK_AGAIN;
            while (offerSome()) {}
            pause = untilNext();
        } catch (InterruptedException e) {
            return;
        } catch (StorageException e) {
            if (!stopped) LOG.warn("the outbox of {} cannot be read now: {}", name(), e.getMessage());
        }
    }

    private Duration untilNext() {
        if (busy.size() >= AT_ONCE) return LOOK_AGAIN; // who is done wakes it
        var next = outbox.next(name(), Set.copyOf(busy)).map(due -> Duration.between(clock.instant(), due))
                .orElse(LOOK_AGAIN);
        return next.compareTo(LOOK_AGAIN) < 0 ? next : LOOK_AGAIN;
    }

    /** Answers whether there may be more. */
    private boolean offerSome() {
        if (stopped || busy.size() >= AT_ONCE) return false;
        var due = outbox.due(name(), clock.instant(), Set.copyOf(busy), BATCH);
        due.stream().collect(Collectors.groupingBy(Outbox.Item::addressee)).forEach((addressee, items) -> {
            busy.add(addressee);
            Thread.ofVirtual().name("consumer " + name() + " for " + addressee).start(() -> offer(addressee, items));
        });
        return due.size() == BATCH;
    }

    private void offer(long addressee, List<Outbox.Item> items) {
        try {
            for (var item : items) if (stopped || !isTaken(item)) break; // what comes behind it waits for it
        } catch (StorageException e) {
            if (!stopped) LOG.warn("the outbox of {} cannot be changed now: {}", name(), e.getMessage());
        } finally {
            busy.remove(addressee);
            wake();
        }
    }

    private boolean isTaken(Outbox.Item item) {
        var taken = taken(item);
        switch (taken) {
            case Taken.Yes _ -> outbox.done(item);
            case Taken.No _ -> outbox.postpone(item, clock.instant().plus(pause(item.attempts())));
            case Taken.Later(var when) -> outbox.postpone(item, when);
        }
        return taken instanceof Taken.Yes;
    }

    private Taken taken(Outbox.Item item) {
        try {
            return consumer.taker().apply(
                    new OutboxEntry(item.account(), item.addressee(), item.entry(), item.note(), item.attempts()));
        } catch (StorageException e) {
            LOG.warn("{} cannot take an announcement now: {}", name(), e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("bug: {} failed on an announcement", name(), e);
        }
        return new Taken.No();
    }

    private static Duration pause(int attempts) {
        var pause = Duration.ofSeconds(1L << Math.min(attempts, 12));
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }
}
