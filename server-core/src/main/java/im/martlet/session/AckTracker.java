package im.martlet.session;

import im.martlet.storage.key.AccountKey;
import im.martlet.storage.log.Journal.Write;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The stanzas of one session, from when they came until everything they caused is safe, and how many that are (the
 * counter of XEP-0198). A stanza's writes go to the journal only after those of every stanza before it, and together
 * with the new count, so that whatever moment the server dies at, the count that it finds again says exactly which
 * stanzas it had handled. When a stanza's writes cannot be written, the count stays before it for ever, and whoever has
 * the session is told.
 *
 * <p>Any thread; everything is guarded by {@code this}, and nothing under it blocks.
 */
public final class AckTracker {
    private record Request(long number, LongConsumer answer) {}

    private final JournalCommits commits;
    private final AccountKey account;
    private final Runnable whenLost;
    private @Nullable ArrayDeque<StanzaReceipt> open; // counted stanzas that are not all written, in order
    private @Nullable ArrayDeque<Request> requests; // who wants to know when everything so far is safe
    private boolean counting;
    private String stream = ""; // under which the count is kept, empty when it is not
    private long received;
    private long done; // handed to the journal
    private long safe; // written, if there was anything to write
    private long noted; // the count that the journal was last given
    private long kept; // the count that is written
    private int underWay; // in the journal
    private boolean broken; // something was lost: nothing counts any more

    /**
     * @param whenLost called once, when it is known that something a stanza caused will never be written; must not
     * block
     */
    AckTracker(JournalCommits commits, AccountKey account, Runnable whenLost) {
        this.commits = commits;
        this.account = account;
        this.whenLost = whenLost;
    }

    /** A receipt for a stanza that has just come. */
    public StanzaReceipt open(Credit sender) {
        return new StanzaReceipt(sender, this::settled);
    }

    /** Begins to count at 0. @param stream a name under which the count outlives the server; empty if it need not */
    synchronized void count(String stream) {
        this.counting = true;
        this.stream = stream;
        if (isKept()) submit(List.of(new Write.Handled(account, stream, 0)), () -> {}, () -> {}); // so that it is known, whatever happens next
    }

    /** A stanza begins to be handled; called for one after the other, in the order they came. */
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
            done = next.number;
            var writes = next.writes();
            write(next, isKept() && (!writes.isEmpty() || isAwaited()) ? withCount(writes) : writes);
        }
        if (isAwaited() && underWay > 0) commits.probe();
    }

    private boolean isKept() { return !stream.isEmpty() && !broken; }

    private boolean isAwaited() { return requests != null && !requests.isEmpty(); }

    private List<Write> withCount(List<Write> writes) {
        noted = done;
        var all = new ArrayList<>(writes);
        all.add(new Write.Handled(account, stream, done));
        return all;
    }

    private void write(StanzaReceipt receipt, List<Write> writes) {
        long number = receipt.number;
        long counted = noted;
        if (writes.isEmpty() && underWay == 0) written(receipt, number, counted);
        else submit(writes, () -> written(receipt, number, counted), () -> lost(receipt));
    }

    private void submit(List<Write> writes, Runnable safe, Runnable lost) {
        underWay++;
        commits.submit(writes, () -> left(safe), () -> left(lost));
    }

    private synchronized void left(Runnable then) {
        underWay--;
        then.run();
    }

    private void written(StanzaReceipt receipt, long number, long counted) {
        if (!broken) {
            safe = Math.max(safe, number);
            kept = Math.max(kept, counted);
        }
        receipt.durable();
        answer();
    }

    /** What came after it may be written, and may have taken the kept count with it: that is put right. */
    private void lost(StanzaReceipt receipt) {
        receipt.lost();
        if (broken) return;
        if (isKept() && receipt.number > 0)
            commits.submit(List.of(new Write.Handled(account, stream, receipt.number - 1)), () -> {}, () -> {});
        broken = true;
        whenLost.run();
    }

    private void answer() {
        while (!broken && isAwaited() && requests.peek().number <= (isKept() ? kept : safe))
            requests.remove().answer.accept(isKept() ? kept : safe);
    }

    /**
     * Asks for the count, when everything that came so far is safe.
     *
     * @param answer called with the count, sooner or later, on any thread, or never, if something is lost; must not
     * block
     */
    public synchronized void whenSafe(LongConsumer answer) {
        if (requests == null) requests = new ArrayDeque<>(2);
        requests.add(new Request(received, answer));
        if (isKept() && done == received && noted < done) {
            noted = done;
            long counted = done;
            submit(List.of(new Write.Handled(account, stream, done)), () -> noted(counted), () -> {});
        } else if (underWay > 0) commits.probe();
        answer();
    }

    private void noted(long counted) {
        if (!broken) kept = Math.max(kept, counted);
        answer();
    }
}
