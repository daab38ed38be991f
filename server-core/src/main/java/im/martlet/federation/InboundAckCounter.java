package im.martlet.federation;

import java.util.ArrayDeque;
import java.util.function.LongConsumer;

/**
 * How many of a peer's stanzas were handled, in the order they came (the counter of XEP-0198): one counts when
 * everything it caused is safe, and so is everything before it. Any thread; guarded by itself, and nothing under it
 * blocks.
 */
final class InboundAckCounter {
    private static final class Place {
        private boolean done;
    }

    /** Questions that came behind so many stanzas: all have one answer. */
    private record Request(long number, int times, LongConsumer answer) {}

    private final ArrayDeque<Place> open = new ArrayDeque<>();
    private final ArrayDeque<Request> requests = new ArrayDeque<>();
    private boolean counting;
    private long admitted;
    private long count;

    /** From now on stanzas count. */
    synchronized void begin() { counting = true; }

    /** A stanza has come. @return to be run when it is handled */
    synchronized Runnable admit() {
        if (!counting) return () -> {};
        admitted++;
        var place = new Place();
        open.add(place);
        return () -> done(place);
    }

    private synchronized void done(Place place) {
        place.done = true;
        while (!open.isEmpty() && open.peek().done) {
            open.remove();
            count++;
        }
        answer();
    }

    /** The count at this moment, modulo 2^32. */
    synchronized long count() { return count % (1L << 32); }

    /** Asks for the count, modulo 2^32, when everything that came so far is handled: sooner or later, on any thread. */
    synchronized void whenHandled(LongConsumer answer) {
        var last = requests.peekLast();
        if (last == null || last.number != admitted) requests.add(new Request(admitted, 1, answer));
        else requests.add(new Request(admitted, requests.removeLast().times + 1, answer)); // a peer may ask as often as it likes, while the database is away
        answer();
    }

    /** How many questions are kept for later, the same ones counted once. */
    synchronized int waiting() {
        return requests.size();
    }

    private void answer() {
        while (!requests.isEmpty() && requests.peek().number <= count) {
            var next = requests.remove();
            for (int i = 0; i < next.times; i++) next.answer.accept(count % (1L << 32));
        }
    }
}
