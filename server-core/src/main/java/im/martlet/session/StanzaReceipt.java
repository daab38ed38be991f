package im.martlet.session;

import im.martlet.storage.log.Journal.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * One stanza on its way through the server: it is settled when all work that it caused is done, on whatever mailboxes
 * that was. Any thread may take, record and give back.
 */
public final class StanzaReceipt implements StanzaTransaction {
    private final AtomicInteger open = new AtomicInteger();
    private final Credit sender;
    private final Consumer<StanzaReceipt> whenSettled;
    private List<Write> writes = List.of(); // both guarded by this: two mailboxes may record at once
    private List<Runnable> decided = List.of();
    private volatile boolean settled;
    private Runnable handled = () -> {}; // before anything is done with it
    long number; // of Receipts, under its lock: the place of the stanza in its stream, 0 for none

    /**
     * @param sender whose stanza it is; it has taken from them until everything is durable
     * @param whenSettled called once, by whoever does the last of the work
     */
    public StanzaReceipt(Credit sender, Consumer<StanzaReceipt> whenSettled) {
        this.sender = sender;
        this.whenSettled = whenSettled;
        sender.take();
    }

    /** For a stanza of the server's own: what it causes is written when it is done, and nobody waits for that. */
    public static StanzaReceipt ofServer(JournalCommits commits) {
        return new StanzaReceipt(Credit.UNLIMITED, receipt -> {
            if (!receipt.writes().isEmpty()) commits.submit(receipt.writes(), receipt::durable, receipt::lost);
        });
    }

    /**
     * For a stanza of another server.
     *
     * @param sender its stream; has taken from until everything is durable
     * @param handled called when everything it caused is safe; must not block
     * @param lost called instead when some of that never will be; must not block
     */
    public static StanzaReceipt ofPeer(Credit sender, JournalCommits commits, Runnable handled, Runnable lost) {
        return new StanzaReceipt(sender, receipt -> {
            if (receipt.writes().isEmpty()) receipt.durable();
            else commits.submit(receipt.writes(), receipt::durable, () -> {
                receipt.lost();
                lost.run();
            });
        }).andThen(handled);
    }

    private StanzaReceipt andThen(Runnable handled) {
        this.handled = handled;
        return this;
    }

    @Override public void take() { open.incrementAndGet(); }

    @Override public void giveBack() {
        if (open.decrementAndGet() > 0) return;
        settled = true;
        whenSettled.accept(this);
    }

    @Override public Credit sender() { return sender; }

    @Override public synchronized void record(Write write, Runnable whenDecided) {
        if (writes.isEmpty()) {
            writes = new ArrayList<>(3);
            decided = new ArrayList<>(3);
        }
        writes.add(write);
        decided.add(whenDecided);
    }

    boolean isSettled() { return settled; }

    synchronized List<Write> writes() { return writes; }

    /** Everything it caused is safe. */
    void durable() {
        decided(handled);
    }

    /** Something it caused was not written, and never will be. */
    void lost() {
        decided(() -> {});
    }

    private void decided(Runnable last) {
        List<Runnable> waiting;
        synchronized (this) {
            waiting = decided;
        }
        waiting.forEach(Runnable::run);
        last.run();
        sender.giveBack();
    }
}
