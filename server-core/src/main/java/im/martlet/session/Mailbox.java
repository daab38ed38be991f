package im.martlet.session;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Queues work for one owner and runs it one task at a time, in order, on a virtual thread. A task may block and may
 * tell other mailboxes, but it must never wait for one.
 */
public final class Mailbox {
    private static final Logger LOG = LoggerFactory.getLogger(Mailbox.class);

    private record Work(Runnable task, Credit credit) {}

    private final ConcurrentLinkedQueue<Work> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final String owner;
    private final Runnable whenIdle;

    public Mailbox(String owner) { this(owner, () -> {}); }

    /** @param whenIdle called after the last task; new work may have arrived by then */
    public Mailbox(String owner, Runnable whenIdle) {
        this.owner = owner;
        this.whenIdle = whenIdle;
    }

    public void tell(Runnable task) { tell(Credit.UNLIMITED, task); }

    public void tell(Credit credit, Runnable task) {
        credit.take();
        queue.add(new Work(task, credit));
        if (waiting.getAndIncrement() == 0) Thread.ofVirtual().name(owner).start(this::drain);
    }

    /** Returns the number of tasks that wait or run. */
    public int waiting() { return waiting.get(); }

    private void drain() {
        do {
            var work = queue.remove();
            try {
                work.task.run();
            } catch (Throwable t) { // also an Error, because the mailbox must go on
                LOG.error("bug: a task on the mailbox of {} failed", owner, t);
            } finally {
                work.credit.giveBack();
            }
        } while (waiting.decrementAndGet() > 0);
        whenIdle.run();
    }
}
