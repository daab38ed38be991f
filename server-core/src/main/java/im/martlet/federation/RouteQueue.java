package im.martlet.federation;

import im.martlet.session.Credit;
import im.martlet.stanza.Stanza;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The stanzas of a route that wait for its stream, in order. The bound on bytes holds for these and for the stanzas
 * that were sent and not acknowledged together. On the route's mailbox.
 */
final class RouteQueue {
    private static final int MANY = 256; // waiting stanzas; further stanzas use the credit of their senders

    private final LongSupplier mostBytes;
    private final ArrayDeque<RouteEntry> waiting = new ArrayDeque<>();
    private long bytes; // of waiting and of unacknowledged stanzas

    /** @param mostBytes the bound, which may change */
    RouteQueue(LongSupplier mostBytes) {
        this.mostBytes = mostBytes;
    }

    boolean hasRoomFor(byte[] written) { return bytes + written.length <= mostBytes.getAsLong(); }

    boolean hasRoom() { return bytes < mostBytes.getAsLong(); }

    /**
     * Adds a stanza that is in memory only. If many wait, it uses the sender's credit, so that a flood stops itself.
     */
    RouteEntry add(Stanza stanza, byte[] written, Credit sender) {
        var credit = waiting.size() < MANY ? Credit.UNLIMITED : sender;
        credit.take();
        return add(new RouteEntry(stanza, written, credit, 0, 0));
    }

    /** Adds a stanza that is in the database too. */
    RouteEntry addStored(Stanza stanza, byte[] written, long id) {
        return add(new RouteEntry(stanza, written, Credit.UNLIMITED, 0, id));
    }

    private RouteEntry add(RouteEntry entry) {
        bytes += entry.bytes().length;
        waiting.add(entry);
        return entry;
    }

    /** Removes the first waiting stanza; there must be one. Its bytes count until {@link #release}. */
    RouteEntry remove() {
        var next = waiting.remove();
        next.credit().giveBack();
        return next;
    }

    /** Removes and releases all waiting stanzas. */
    List<RouteEntry> drain() {
        var all = new ArrayList<RouteEntry>();
        while (!waiting.isEmpty()) {
            var next = remove();
            release(next);
            all.add(next);
        }
        return all;
    }

    /** Frees the bytes of a stanza that needs no more work. */
    void release(RouteEntry entry) {
        bytes -= entry.bytes().length;
    }

    /** Puts stanzas that were removed, and not released, before all others. */
    void putBack(List<RouteEntry> entries) {
        entries.reversed().forEach(waiting::addFirst);
    }

    /** Returns whether an entry is the last that waits. */
    boolean endsWith(RouteEntry entry) {
        return waiting.peekLast() == entry;
    }

    int size() { return waiting.size(); }

    boolean isEmpty() { return waiting.isEmpty(); }
}
