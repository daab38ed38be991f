package im.martlet.session;

import im.martlet.storage.key.AccountKey;
import im.martlet.storage.key.LogId;
import im.martlet.storage.log.Archive.Bounds;
import im.martlet.storage.log.Journal.Write;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The state of an account's log: the ids of its entries, the entries that are not yet committed, and the delivered
 * mark. An entry is delivered when one session has acknowledged it. For a session that does not acknowledge stanzas,
 * sending is enough. Entries after the delivered mark wait for a session (XEP-0160) or for its acknowledgement.
 * {@code docs/DELIVERY.md} has the invariants.
 *
 * <p>On the account's mailbox, except for uncommitted entries: {@code unwritten} guards those.
 */
public final class AccountLog {
    /** The number up to which waiting entries are counted. */
    public static final int MOST_COUNTED = 100_000;
    private static final long MARK_EVERY_NANOS = 5_000_000_000L; // a crash redelivers entries of the last 5 s

    private record Waiter(long through, Runnable action) {}

    private final AccountKey key;
    private final AccountLogs logs;
    private final Runnable whenWritten;
    private long head;
    private Optional<Bounds> history = Optional.empty(); // archived entries since the log was opened
    private int waiting; // number of entries that wait and that no session has in its queue
    private long firstWaiting = Long.MAX_VALUE;
    private final TreeSet<Long> sent = new TreeSet<>(); // sent to sessions, but none has acknowledged them
    // waiting entries that a session got early: by full JID or as a copy
    private final TreeSet<Long> ahead = new TreeSet<>();
    private long newestAcknowledged;
    private long newestSent;
    private long lastUnmanaged; // the last entry sent to a session that does not acknowledge
    private long storedMark; // the delivered mark in the database
    private long lastUnarchived; // the newest entry that may not be archived
    private long markedAt = System.nanoTime();

    private final LinkedHashSet<Long> unwritten = new LinkedHashSet<>(); // in the order of ids
    private int marksUnderWay; // writes of the mark that are not yet committed
    private final ArrayDeque<Waiter> waiters = new ArrayDeque<>(0);

    /** @param whenWritten called on any thread when all entries are committed */
    AccountLog(AccountKey key, AccountLogs logs, Runnable whenWritten) {
        this(key, logs, whenWritten, MOST_COUNTED);
    }

    AccountLog(AccountKey key, AccountLogs logs, Runnable whenWritten, int mostCounted) {
        this.key = key;
        this.logs = logs;
        this.whenWritten = whenWritten;
        var state = logs.state(key, mostCounted);
        this.head = Math.max(state.last(), state.delivered());
        this.storedMark = state.delivered();
        this.lastUnarchived = head;
        this.waiting = state.waiting();
        if (waiting > 0) firstWaiting = state.delivered() + 1;
    }

    /** Returns the id of the newest entry, 0 if there is none. */
    public long head() { return head; }

    /**
     * Returns the id for a new entry, which need not be archived. The entry counts as unwritten until {@link #written}.
     */
    public long append() {
        lastUnarchived = next();
        return lastUnarchived;
    }

    private long next() {
        head = LogId.next(head, Instant.now(), logs.random());
        synchronized (unwritten) {
            unwritten.add(head);
        }
        return head;
    }

    /** Returns the id for a new archived entry, see {@link #append}. */
    public long appendHistory() {
        long id = next();
        history = Optional.of(new Bounds(history.map(Bounds::first).orElse(id), id));
        return id;
    }

    /**
     * Returns the first and the last archived entry since the log was opened. Some of these entries may be uncommitted.
     */
    public Optional<Bounds> appendedHistory() {
        return history;
    }

    /** Notes that an entry is committed, or lost. Any thread. */
    public void written(long id) {
        var ready = new ArrayDeque<Runnable>(0);
        boolean all;
        synchronized (unwritten) {
            unwritten.remove(id);
            all = unwritten.isEmpty() && marksUnderWay == 0;
            long first = unwritten.isEmpty() ? Long.MAX_VALUE : unwritten.getFirst();
            for (Iterator<Waiter> i = waiters.iterator(); i.hasNext();) {
                var waiter = i.next();
                if (waiter.through >= first) continue;
                i.remove();
                ready.add(waiter.action);
            }
        }
        ready.forEach(Runnable::run);
        if (all) whenWritten.run();
    }

    /** Returns true if all entries and marks are committed or lost. Any thread. */
    public boolean isWritten() {
        synchronized (unwritten) {
            return unwritten.isEmpty() && marksUnderWay == 0;
        }
    }

    /**
     * Runs an action when every entry up to an id is committed, and so can be read, or is known to be lost: at once, or
     * later on another thread.
     *
     * @param action must not block
     */
    public void whenWritten(long through, Runnable action) {
        boolean written;
        synchronized (unwritten) {
            written = unwritten.isEmpty() || unwritten.getFirst() > through;
            if (!written) waiters.add(new Waiter(through, action));
        }
        if (written) action.run();
        else logs.commits().probe();
    }

    /**
     * Runs an action when all writes for the account are committed or lost, including its marks and the counts of its
     * streams. The action must not block.
     */
    public void whenAllIsWritten(Runnable action) {
        whenWritten(head, () -> logs.commits().submit(List.of(), action, action));
    }

    // ---- delivery

    /** Returns the delivered mark: all entries up to this id are delivered. */
    public long delivered() {
        return Math.min(firstWaiting, sent.isEmpty() ? head + 1 : sent.getFirst()) - 1;
    }

    /** Returns true if entries wait for a session. */
    public boolean hasWaiting() {
        return firstWaiting != Long.MAX_VALUE;
    }

    /** Returns the id just before the first waiting entry. */
    public long waitingAfter() { return firstWaiting - 1; }

    /** Returns the number of entries that wait for a session. */
    public int waiting() { return waiting; }

    /** Returns the number of entries that no session has acknowledged, whether they wait or were sent. */
    public int undelivered() {
        return waiting + sent.size();
    }

    /** Makes an entry wait for the next session. */
    public void addWaiting(long id) {
        sent.remove(id);
        ahead.remove(id);
        waiting++;
        firstWaiting = Math.min(firstWaiting, id);
    }

    /**
     * Makes an entry wait that was sent but not acknowledged. Returns false, and does nothing, if later entries are
     * acknowledged already: those would have to wait again, too.
     */
    public boolean waitAgain(long id) {
        if (id < firstWaiting && id < newestAcknowledged) return false;
        if (id < firstWaiting) ahead.addAll(sent.tailSet(id)); // sessions have these already
        addWaiting(id);
        return true;
    }

    /** Notes that another entry replaces a sent one. */
    public void replaced(long id) { sent.remove(id); }

    /** Returns true if a session was sent a waiting entry early. */
    public boolean isAhead(long id) {
        return ahead.contains(id);
    }

    /** Ends the wait of all entries up to an id: a session was sent them, or has read them in the archive. */
    public void endWaiting(long through) {
        ahead.headSet(through, true).clear();
        if (through >= head) {
            firstWaiting = Long.MAX_VALUE;
            waiting = 0;
        } else if (hasWaiting()) firstWaiting = Math.max(firstWaiting, through + 1);
        storeMarkIfDue();
    }

    /** Notes that a session was sent an entry, and must acknowledge it. */
    public void sent(long id) {
        if (id == lastUnmanaged || isAcknowledged(id)) return;
        newestSent = Math.max(newestSent, id);
        sent.add(id);
        goesAhead(id);
    }

    /** Returns true if another session has acknowledged an entry. Several sessions may catch up at different speeds. */
    private boolean isAcknowledged(long id) {
        return !sent.contains(id) && (ahead.contains(id) || id < firstWaiting && id <= newestSent);
    }

    private void goesAhead(long id) {
        if (id >= firstWaiting && ahead.size() < MOST_COUNTED) ahead.add(id);
    }

    /** Notes that an entry was sent to a session that does not acknowledge stanzas. So the entry is delivered. */
    void sentUnmanaged(long id) {
        lastUnmanaged = id;
        newestSent = Math.max(newestSent, id);
        goesAhead(id);
        acknowledged(id);
    }

    /** Notes that a session has acknowledged an entry. */
    public void acknowledged(long id) {
        sent.remove(id);
        newestAcknowledged = Math.max(newestAcknowledged, id);
        storeMarkIfDue();
    }

    /** Returns true if an entry was sent to sessions and none of them has acknowledged it. */
    public boolean isUnacknowledged(long id) {
        return sent.contains(id);
    }

    private void storeMarkIfDue() {
        long now = System.nanoTime();
        if (now - markedAt < MARK_EVERY_NANOS) return;
        markedAt = now;
        storeMark();
    }

    /**
     * Submits the delivered mark to the journal if it has moved. The journal then deletes entries up to the mark that
     * are not archived.
     */
    public void storeMark() {
        long mark = delivered();
        if (mark <= storedMark) return;
        boolean unarchived = lastUnarchived > storedMark;
        storedMark = mark;
        synchronized (unwritten) {
            marksUnderWay++;
        }
        logs.commits().submit(List.of(new Write.Delivered(key, mark, unarchived)), this::markDecided,
                this::markDecided);
    }

    private void markDecided() {
        boolean all;
        synchronized (unwritten) {
            marksUnderWay--;
            all = unwritten.isEmpty() && marksUnderWay == 0;
        }
        if (all) whenWritten.run();
    }
}
