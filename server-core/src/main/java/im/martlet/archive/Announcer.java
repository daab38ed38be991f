package im.martlet.archive;

import im.martlet.extension.Announcement;
import im.martlet.extension.Delivery;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.Kernel;
import im.martlet.extension.Passage;
import im.martlet.extension.SessionEvent;
import im.martlet.session.Kept;
import im.martlet.session.Session;
import im.martlet.stanza.Message;
import im.martlet.storage.AccountKey;
import im.martlet.storage.Journal;
import im.martlet.storage.Journal.Write;
import im.martlet.storage.Outbox;
import im.martlet.storage.StorageException;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells consumers beyond this server (push, export of events) of messages that no connected device took. What they are told
 * is in the outbox before the message is acknowledged, so a crash loses none of it; they may be told twice. Each consumer
 * has a thread of its own, that a slow one holds up no other.
 */
public final class Announcer implements Extension, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Announcer.class);
    private static final int BATCH = 100;
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

    private final Provider<Kernel> kernel; // which lists this extension too
    private final Journal journal;
    private final Outbox outbox;
    private final List<Worker> workers = new ArrayList<>();

    @Inject Announcer(Provider<Kernel> kernel, Journal journal, Outbox outbox) {
        this.kernel = kernel;
        this.journal = journal;
        this.outbox = outbox;
    }

    @Override public List<Hook> hooks() {
        return List.of(Hook.onDelivered(this::delivered), Hook.onSession(event -> {
            if (event instanceof SessionEvent.Detached(var session)) detached(session);
        }));
    }

    private void delivered(Delivery delivery) {
        if (workers.isEmpty() || delivery.direction() != Passage.Direction.RECEIVED || !(delivery.stanza() instanceof Message m) || m.log() == 0) return;
        if (delivery.reached().stream().anyMatch(Session::isAttached)) return;
        for (var worker : workers) delivery.cause().record(announce(worker, delivery.account().existingKey(), m.log()), worker::wake);
    }

    /** What its connection took with it. */
    private void detached(Session session) {
        var lost = session.leftOver().stream().map(Kept::log).filter(log -> log != 0).collect(Collectors.toList());
        for (var worker : workers) if (!lost.isEmpty())
            journal.submit(lost.stream().map(id -> (Write) announce(worker, session.account().existingKey(), id)).toList(), worker::wake);
    }

    private static Write.Announce announce(Worker worker, AccountKey account, long entry) {
        return new Write.Announce(account, worker.consumer.name(), entry, Instant.now());
    }

    /** Begins to tell; called once, before anything can happen. */
    public void start() {
        for (var consumer : kernel.get().consumers()) {
            var worker = new Worker(consumer);
            workers.add(worker);
            Thread.ofVirtual().name("consumer " + consumer.name()).start(worker);
        }
    }

    @Override public void close() { workers.forEach(Worker::stop); }

    private final class Worker implements Runnable {
        private final Hook.Consumer consumer;
        private final Semaphore news = new Semaphore(1);
        private Instant next = Instant.EPOCH; // when to look again, though there is no news
        private volatile boolean stopped;

        Worker(Hook.Consumer consumer) { this.consumer = consumer; }

        void wake() { news.release(); }

        void stop() {
            stopped = true;
            wake();
        }

        @Override public void run() {
            while (!stopped) try {
                if (news.tryAcquire(Math.max(1, Duration.between(Instant.now(), next).toMillis()), TimeUnit.MILLISECONDS)) news.drainPermits();
                next = Instant.now().plus(LOOK_AGAIN);
                for (var due = due(); !due.isEmpty() && !stopped; due = due()) due.forEach(this::offer);
            } catch (InterruptedException e) {
                return;
            } catch (StorageException e) {
                LOG.warn("the outbox of {} cannot be read now: {}", consumer.name(), e.getMessage());
            }
        }

        private List<Outbox.Item> due() { return outbox.due(consumer.name(), Instant.now(), BATCH); }

        private void offer(Outbox.Item item) {
            if (stopped) return;
            if (isTaken(item)) outbox.done(item);
            else postpone(item, Instant.now().plus(pause(item.attempts())));
        }

        private void postpone(Outbox.Item item, Instant due) {
            outbox.postpone(item, due);
            if (due.isBefore(next)) next = due;
        }

        private boolean isTaken(Outbox.Item item) {
            try {
                return consumer.taker().test(new Announcement(item.account(), item.entry()));
            } catch (RuntimeException e) {
                LOG.error("bug: {} failed on an announcement", consumer.name(), e);
                return false;
            }
        }

        private static Duration pause(int attempts) {
            var pause = Duration.ofSeconds(1L << Math.min(attempts, 12));
            return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
        }
    }
}
