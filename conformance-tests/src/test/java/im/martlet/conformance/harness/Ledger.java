package im.martlet.conformance.harness;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * What one device has sent, in order, and how much of it the server says that it has handled (XEP-0198 §4). Any thread.
 */
public final class Ledger {
    /**
     * @param id of a message, empty when it is none
     * @param lasting whether it is sent again on a new session, if it was not handled
     */
    public record Sent(String id, String xml, boolean lasting) {}

    private final ArrayDeque<Sent> open = new ArrayDeque<>();
    private final List<String> acknowledged = new ArrayList<>();
    private long handled; // stanzas of this stream

    public synchronized void sent(Sent stanza) { open.add(stanza); }

    /** The server says that it has handled so many. @return how many of them are new */
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

    /** Waits until less than so many stanzas are not acknowledged, or until it is told to go on. */
    public synchronized boolean awaitRoom(int most, java.util.function.BooleanSupplier pointless)
            throws InterruptedException {
        while (open.size() >= most && !pointless.getAsBoolean()) wait();
        return open.size() < most;
    }

    public synchronized void goOn() { notifyAll(); }

    /** What was not acknowledged on this stream, which goes on. */
    public synchronized List<Sent> open() {
        return List.copyOf(open);
    }

    /** Another stream begins: what is answered is to be sent again on it. */
    public synchronized List<Sent> anew() {
        handled = 0;
        var again = open.stream().filter(Sent::lasting).toList();
        open.clear();
        return again;
    }

    /** The messages that the server has acknowledged, in the order they were sent. */
    public synchronized List<String> acknowledged() {
        return List.copyOf(acknowledged);
    }
}
