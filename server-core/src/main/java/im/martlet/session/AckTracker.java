package im.martlet.session;

import im.martlet.storage.key.AccountKey;
import im.martlet.storage.log.Journal.Write;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Tracks the stanzas that the client of one session has sent, until everything that they caused is committed, and
 * counts them (XEP-0198 §4).
 *
 * <p>The writes of a stanza go to the journal after the writes of all stanzas before it, together with the new count.
 * So the stored count says exactly which stanzas the server has handled, even if the process is killed. If the writes
 * of a stanza are lost, the count stays before that stanza for ever, and the session ends.
 *
 * <p>Any thread. All fields are guarded by {@code this}; nothing blocks under that lock.
 */
public final class AckTracker {
    private record Request(long number, LongConsumer answer) {}

    private final JournalCommits commits;
    private final AccountKey account;
    private final Runnable whenLost;
    private @Nullable ArrayDeque<StanzaReceipt> open; // counted stanzas that are not settled, in order
    private @Nullable ArrayDeque<Request> requests; // acknowledgements that wait until all stanzas before them are safe
    private boolean counting;
    private String stream = ""; // the name under which the count is stored; empty if it is not stored
    private long received;
    private long settled; // the last stanza with its writes in the journal
    private long safe; // the last stanza with committed writes
    private long submittedCount; // the last count that was submitted to the journal
    private long storedCount; // the last count that is committed
    private int underWay; // units in the journal
    private boolean broken; // writes of a stanza were lost: the count never grows again

    /** @param whenLost called once, when the writes of a stanza are known to be lost; must not block */
    AckTracker(JournalCommits commits, AccountKey account, Runnable whenLost) {
        this.commits = commits;
        this.account = account;
        this.whenLost = whenLost;
    }

    /** Returns a receipt for a stanza that has just arrived. */
    public StanzaReceipt open(Credit sender) {
        return new StanzaReceipt(sender, this::settled);
    }

    /**
     * Begins to count, from 0.
     *
     * @param stream a name under which the database stores the count; empty if it need not be stored
     */
    synchronized void count(String stream) {
        this.counting = true;
        this.stream = stream;
        // from now on a client that comes back learns that no stanza was handled
        if (isStored()) submit(List.of(new Write.Handled(account, stream, 0)), () -> {}, () -> {});
    }

    /** Counts a stanza. The caller does this in the order of arrival, before it handles the stanza. */
    public synchronized void admit(StanzaReceipt receipt) {
        if (!counting) return;
        receipt.number = ++received;
        if (open == null) open = new ArrayDeque<>(8);
        open.add(receipt);
    }

    private synchronized void settled(StanzaReceipt receipt) {
        if (receipt.number == 0) write(receipt, receipt.writes());
        else while (open != null && !open.isEmpty() && open.peek().isSettled()) {
            var next = open.remove();
            settled = next.number;
            var writes = next.writes();
            write(next, isStored() && (!writes.isEmpty() || isAwaited()) ? withCount(writes) : writes);
        }
        if (isAwaited() && underWay > 0) commits.probe();
    }

    private boolean isStored() { return !stream.isEmpty() && !broken; }

    private boolean isAwaited() { return requests != null && !requests.isEmpty(); }

    private List<Write> withCount(List<Write> writes) {
        submittedCount = settled;
        var all = new ArrayList<>(writes);
        all.add(new Write.Handled(account, stream, settled));
        return all;
    }

    private void write(StanzaReceipt receipt, List<Write> writes) {
        long number = receipt.number;
        long count = submittedCount;
        if (writes.isEmpty() && underWay == 0) written(receipt, number, count);
        else submit(writes, () -> written(receipt, number, count), () -> lost(receipt));
    }

    private void submit(List<Write> writes, Runnable whenSafe, Runnable whenUnitLost) {
        underWay++;
        commits.submit(writes, () -> decided(whenSafe), () -> decided(whenUnitLost));
    }

    private synchronized void decided(Runnable then) {
        underWay--;
        then.run();
    }

    private void written(StanzaReceipt receipt, long number, long count) {
        if (!broken) {
            safe = Math.max(safe, number);
            storedCount = Math.max(storedCount, count);
        }
        receipt.durable();
        answer();
    }

    /** Handles the loss of a stanza. Later stanzas may have stored a higher count, so this stores a lower one. */
    private void lost(StanzaReceipt receipt) {
        receipt.lost();
        if (broken) return;
        if (isStored() && receipt.number > 0)
            commits.submit(List.of(new Write.Handled(account, stream, receipt.number - 1)), () -> {}, () -> {});
        broken = true;
        whenLost.run();
    }

    private void answer() {
        while (!broken && isAwaited() && requests.peek().number <= (isStored() ? storedCount : safe))
            requests.remove().answer.accept(isStored() ? storedCount : safe);
    }

    /**
     * Requests the count, for the moment when all stanzas that have arrived so far are safe.
     *
     * @param answer called with the count on any thread; never called if the writes of a stanza are lost; must not
     * block
     */
    public synchronized void whenSafe(LongConsumer answer) {
        if (requests == null) requests = new ArrayDeque<>(2);
        requests.add(new Request(received, answer));
        if (isStored() && settled == received && submittedCount < settled) {
            submittedCount = settled;
            long count = settled;
            submit(List.of(new Write.Handled(account, stream, count)), () -> stored(count), () -> {});
        } else if (underWay > 0) commits.probe();
        answer();
    }

    private void stored(long count) {
        if (!broken) storedCount = Math.max(storedCount, count);
        answer();
    }
}
