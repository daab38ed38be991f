package im.martlet.federation;

import im.martlet.session.AckWindow;
import java.util.ArrayDeque;
import java.util.function.LongConsumer;

/**
 * The count of stanzas that a remote server has sent over one stream and this server has handled (XEP-0198 §4). A
 * stanza counts when all writes that it caused are committed, and those of all stanzas before it. Any thread; guarded
 * by {@code this}, and no call under the lock blocks.
 */
final class InboundAckCounter {
    private static final class OpenStanza {
        private boolean done;
    }

    /** Requests for the count that came after the same stanza: all get the same answer. */
    private record Request(long number, int times, LongConsumer answer) {}

    private final ArrayDeque<OpenStanza> open = new ArrayDeque<>();
    private final ArrayDeque<Request> requests = new ArrayDeque<>();
    private boolean counting;
    private long admitted;
    private long count;

    /** Begins to count stanzas. */
    synchronized void begin() { counting = true; }

    /** Notes that a stanza has come. @return to be run when the stanza is handled */
    synchronized Runnable admit() {
        if (!counting) return () -> {};
        admitted++;
        var stanza = new OpenStanza();
        open.add(stanza);
        return () -> done(stanza);
    }

    private synchronized void done(OpenStanza stanza) {
        stanza.done = true;
        while (!open.isEmpty() && open.peek().done) {
            open.remove();
            count++;
        }
        answer();
    }

    /** Returns the current count, modulo 2^32. */
    synchronized long count() { return AckWindow.modulo(count); }

    /**
     * Asks for the count after all stanzas that have come so far.
     *
     * @param answer gets the count, modulo 2^32, now or later, on any thread; must not block
     */
    synchronized void whenHandled(LongConsumer answer) {
        var last = requests.peekLast();
        // equal requests share an entry: a peer may send any number while the database is away
        if (last == null || last.number != admitted) requests.add(new Request(admitted, 1, answer));
        else requests.add(new Request(admitted, requests.removeLast().times + 1, answer));
        answer();
    }

    /** Returns the number of requests that wait; equal requests count once. */
    synchronized int waiting() {
        return requests.size();
    }

    private void answer() {
        while (!requests.isEmpty() && requests.peek().number <= count) {
            var next = requests.remove();
            for (int i = 0; i < next.times; i++) next.answer.accept(AckWindow.modulo(count));
        }
    }
}
