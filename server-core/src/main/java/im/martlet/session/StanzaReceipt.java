package im.martlet.session;

import im.martlet.storage.log.Journal.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The record of one stanza on its way through the server. It is settled when all work that the stanza caused is done,
 * on all mailboxes. Any thread may take credit, record writes and give credit back.
 */
public final class StanzaReceipt implements StanzaTransaction {
    private final AtomicInteger open = new AtomicInteger();
    private final Credit sender;
    private final Consumer<StanzaReceipt> whenSettled;
    private List<Write> writes = List.of(); // this and the next are guarded by this: two mailboxes may record at once
    private List<Runnable> decided = List.of();
    private volatile boolean settled;
    private Runnable handled = () -> {}; // set before the receipt is used
    long number; // guarded by the AckTracker: the number of the stanza in its stream, 0 if it is not counted

    /**
     * @param sender the credit of the sender; the receipt holds some of it until all writes are committed or lost
     * @param whenSettled called once, by the thread that finishes the last work
     */
    public StanzaReceipt(Credit sender, Consumer<StanzaReceipt> whenSettled) {
        this.sender = sender;
        this.whenSettled = whenSettled;
        sender.take();
    }

    /**
     * Returns a receipt for a stanza that the server itself sends. Its writes are submitted, and nothing waits for
     * them.
     */
    public static StanzaReceipt ofServer(JournalCommits commits) {
        return new StanzaReceipt(Credit.UNLIMITED, receipt -> {
            if (!receipt.writes().isEmpty()) commits.submit(receipt.writes(), receipt::durable, receipt::lost);
        });
    }

    /**
     * Returns a receipt for a stanza of a remote server.
     *
     * @param sender the credit of the stream; the receipt holds some of it until all writes are committed or lost
     * @param handled called when all writes are committed; must not block
     * @param lost called instead when writes are lost; must not block
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

    /** Tells the stanza's writers that all writes are committed. */
    void durable() {
        decided(handled);
    }

    /** Tells the stanza's writers that writes are lost. */
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
