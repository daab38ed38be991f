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
 * How far the log of an account has come: which entries there are, which of them are written, and which are delivered.
 * An entry is delivered when one device has acknowledged it, or was sent it and does not acknowledge. What lies behind
 * the delivered mark waits for a device (XEP-0160).
 *
 * <p>Of the account's mailbox, save for what is not written yet, which is guarded by {@code unwritten}.
 */
public final class AccountLog {
    /** Waiting messages are counted up to here. */
    public static final int MOST_COUNTED = 100_000;
    private static final long NOTE_EVERY_NANOS = 5_000_000_000L; // after a crash some seconds may be delivered again

    private record Waiter(long through, Runnable action) {}

    private final AccountKey key;
    private final AccountLogs logs;
    private final Runnable whenWritten;
    private long head;
    private Optional<Bounds> history = Optional.empty(); // appended since the log was opened
    private int waiting; // entries that wait and that no session has in its queue
    private long firstWaiting = Long.MAX_VALUE;
    private final TreeSet<Long> sent = new TreeSet<>(); // to sessions, not acknowledged by any
    private final TreeSet<Long> ahead = new TreeSet<>(); // of what waits: sent to sessions all the same, by their full addresses or as copies
    private long newest; // of what a session has acknowledged
    private long furthest; // of what was sent to a session
    private long taken; // the last entry that a session was sent which does not acknowledge
    private long noted; // the mark in the database
    private long lastPassing; // the newest entry that may be no history
    private long notedAt = System.nanoTime();

    private final LinkedHashSet<Long> unwritten = new LinkedHashSet<>(); // in the order of ids
    private int notes; // of the mark, on their way to the database
    private final ArrayDeque<Waiter> waiters = new ArrayDeque<>(0);

    /** @param whenWritten called when nothing is unwritten any more, on any thread */
    AccountLog(AccountKey key, AccountLogs logs, Runnable whenWritten) {
        this(key, logs, whenWritten, MOST_COUNTED);
    }

    AccountLog(AccountKey key, AccountLogs logs, Runnable whenWritten, int mostCounted) {
        this.key = key;
        this.logs = logs;
        this.whenWritten = whenWritten;
        var state = logs.state(key, mostCounted);
        this.head = Math.max(state.last(), state.delivered());
        this.noted = state.delivered();
        this.lastPassing = head;
        this.waiting = state.waiting();
        if (waiting > 0) firstWaiting = state.delivered() + 1;
    }

    /** The id of the newest entry, 0 when there is none. */
    public long head() { return head; }

    /**
     * Makes room for a new entry, which may be no history, and answers its id; it counts as unwritten until
     * {@link #written}.
     */
    public long append() {
        lastPassing = next();
        return lastPassing;
    }

    private long next() {
        head = LogId.next(head, Instant.now(), logs.random());
        synchronized (unwritten) {
            unwritten.add(head);
        }
        return head;
    }

    /** Makes room for a new entry of the history, see {@link #append}. */
    public long appendHistory() {
        long id = next();
        history = Optional.of(new Bounds(history.map(Bounds::first).orElse(id), id));
        return id;
    }

    /**
     * The first and the last of the history that was appended since the log was opened: some of it may not be written
     * yet.
     */
    public Optional<Bounds> appendedHistory() {
        return history;
    }

    /** An entry is safe, or will never be there. Any thread. */
    public void written(long id) {
        var ready = new ArrayDeque<Runnable>(0);
        boolean all;
        synchronized (unwritten) {
            unwritten.remove(id);
            all = unwritten.isEmpty() && notes == 0;
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

    /** Whether everything that was appended is safe. Any thread. */
    public boolean isWritten() {
        synchronized (unwritten) {
            return unwritten.isEmpty() && notes == 0;
        }
    }

    /**
     * Does something when every entry up to an id is written, and so can be read, or is known to be lost: at once, or
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
     * Does something when all that was begun for the account is written, its marks and the counts of its streams too,
     * or lost; must not block.
     */
    public void whenAllIsWritten(Runnable action) {
        whenWritten(head, () -> logs.commits().submit(List.of(), action, action));
    }

    // ---- delivery

    /** Everything up to here is delivered. */
    public long delivered() {
        return Math.min(firstWaiting, sent.isEmpty() ? head + 1 : sent.getFirst()) - 1;
    }

    /** Whether there are entries that wait for a session. */
    public boolean hasWaiting() {
        return firstWaiting != Long.MAX_VALUE;
    }

    /** Everything that waits is behind this place. */
    public long waitingAfter() { return firstWaiting - 1; }

    /** How many entries wait for a session. */
    public int waiting() { return waiting; }

    /** How many entries no device is known to have taken, whether they wait for one or were sent. */
    public int undelivered() {
        return waiting + sent.size();
    }

    /** An entry waits for a session to come. */
    public void waits(long id) {
        sent.remove(id);
        ahead.remove(id);
        waiting++;
        firstWaiting = Math.min(firstWaiting, id);
    }

    /**
     * An entry that was sent, and that its session has not acknowledged, waits for another one: unless what came after
     * it, and was acknowledged, would have to wait again, too.
     *
     * @return false when it cannot wait in its place
     */
    public boolean waitsAgain(long id) {
        if (id < firstWaiting && id < newest) return false;
        if (id < firstWaiting) ahead.addAll(sent.tailSet(id)); // those are on their way
        waits(id);
        return true;
    }

    /** An entry has another one in its stead. */
    public void isReplaced(long id) { sent.remove(id); }

    /** Whether a session was sent an entry, though it was to wait. */
    public boolean isAhead(long id) {
        return ahead.contains(id);
    }

    /** Entries up to an id wait no longer: a session was given them, or has read them in the archive. */
    public void waitsNoLonger(long through) {
        ahead.headSet(through, true).clear();
        if (through >= head) {
            firstWaiting = Long.MAX_VALUE;
            waiting = 0;
        } else if (hasWaiting()) firstWaiting = Math.max(firstWaiting, through + 1);
        note();
    }

    /** A session was sent an entry, and is to acknowledge it. */
    public void sent(long id) {
        if (id == taken || isAcknowledged(id)) return;
        furthest = Math.max(furthest, id);
        sent.add(id);
        goesAhead(id);
    }

    /**
     * Of several sessions that are being given what waits, one may have acknowledged what another one is sent only now.
     */
    private boolean isAcknowledged(long id) {
        return !sent.contains(id) && (ahead.contains(id) || id < firstWaiting && id <= furthest);
    }

    private void goesAhead(long id) {
        if (id >= firstWaiting && ahead.size() < MOST_COUNTED) ahead.add(id);
    }

    /** A session was sent an entry, and does not acknowledge. */
    void taken(long id) {
        taken = id;
        furthest = Math.max(furthest, id);
        goesAhead(id);
        acknowledged(id);
    }

    /** A session has acknowledged an entry. */
    public void acknowledged(long id) {
        sent.remove(id);
        newest = Math.max(newest, id);
        note();
    }

    /** Whether an entry was sent to sessions, and none of them has acknowledged it. */
    public boolean isUnacknowledged(long id) {
        return sent.contains(id);
    }

    /** Writes the mark down now and then. */
    public void note() {
        long now = System.nanoTime();
        if (now - notedAt < NOTE_EVERY_NANOS) return;
        notedAt = now;
        noteNow();
    }

    /** Writes the mark down. */
    public void noteNow() {
        long mark = delivered();
        if (mark <= noted) return;
        boolean passing = lastPassing > noted;
        noted = mark;
        synchronized (unwritten) {
            notes++;
        }
        logs.commits().submit(List.of(new Write.Delivered(key, mark, passing)), this::isNoted, this::isNoted);
    }

    private void isNoted() {
        boolean all;
        synchronized (unwritten) {
            notes--;
            all = unwritten.isEmpty() && notes == 0;
        }
        if (all) whenWritten.run();
    }
}
