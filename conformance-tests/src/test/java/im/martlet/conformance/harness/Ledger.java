package im.martlet.conformance.harness;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** Holds the stanzas that one device sent, in order, and the server's count of them (XEP-0198 §4). Thread-safe. */
public final class Ledger {
    /**
     * @param id the id of a message, empty for other stanzas
     * @param lasting whether the device sends it again on a new session, if the server did not handle it
     */
    public record Sent(String id, String xml, boolean lasting) {}

    private final ArrayDeque<Sent> open = new ArrayDeque<>();
    private final List<String> acknowledged = new ArrayList<>();
    private long handled; // stanzas of this stream

    public synchronized void sent(Sent stanza) { open.add(stanza); }

    /** Records the server's count of handled stanzas. @return the number of stanzas that are new in it */
    public synchronized int handled(long h) {
        long newly = h - handled;
        if (newly < 0 || newly > open.size()) throw new IllegalStateException(
                "h='" + h + "' after " + handled + ", and " + (handled + open.size()) + " were sent");
        handled = h;
        for (long i = 0; i < newly; i++) {
            var stanza = open.remove();
            if (!stanza.id().isEmpty()) acknowledged.add(stanza.id());
        }
        notifyAll();
        return (int) newly;
    }

    /**
     * Waits until fewer than {@code most} stanzas are unacknowledged.
     *
     * @param pointless ends the wait; {@link #goOn} makes it look again
     * @return whether there is room
     */
    public synchronized boolean awaitRoom(int most, java.util.function.BooleanSupplier pointless)
            throws InterruptedException {
        while (open.size() >= most && !pointless.getAsBoolean()) wait();
        return open.size() < most;
    }

    public synchronized void goOn() { notifyAll(); }

    /** Returns the unacknowledged stanzas, to resend after a resumption. */
    public synchronized List<Sent> open() {
        return List.copyOf(open);
    }

    /** Begins a new session. @return the stanzas to send again */
    public synchronized List<Sent> anew() {
        handled = 0;
        var again = open.stream().filter(Sent::lasting).toList();
        open.clear();
        return again;
    }

    /** Returns the ids of the acknowledged messages, in the order in which they were sent. */
    public synchronized List<String> acknowledged() {
        return List.copyOf(acknowledged);
    }
}
