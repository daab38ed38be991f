package im.martlet.session;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * The stanzas that a stream has sent and the peer has not acknowledged, in the order of sending, and the count of
 * acknowledged stanzas (XEP-0198 §4). The peer's count {@code h} is modulo 2^32: after 2^32 - 1 it begins anew at 0.
 * Not thread-safe.
 *
 * @param <T> what the owner keeps for each stanza
 */
public final class AckWindow<T> {
    private static final long MODULUS = 1L << 32;

    /** The result of an acknowledgement. */
    public enum Ack {
        /** The count is new or equal to the last, and was noted. */
        ACCEPTED,
        /** The count was right earlier, and was ignored. */
        OUTDATED,
        /** The peer acknowledges stanzas that were never sent. */
        TOO_HIGH
    }

    private final ArrayDeque<T> unacked = new ArrayDeque<>(0);
    private long acknowledged;

    /** Returns a count of stanzas as XEP-0198 writes it: modulo 2^32. */
    public static long modulo(long count) {
        return Math.floorMod(count, MODULUS);
    }

    /** Adds a stanza that is sent now. */
    public void add(T sent) { unacked.add(sent); }

    /**
     * Removes the stanzas that the peer has handled.
     *
     * @param h the peer's count, modulo 2^32
     * @param each gets each stanza after it was removed, in order
     */
    public Ack acknowledge(long h, Consumer<? super T> each) {
        long fresh = modulo(h - acknowledged);
        if (fresh > unacked.size()) return isOutdated(h) ? Ack.OUTDATED : Ack.TOO_HIGH;
        for (; fresh > 0; fresh--) {
            var next = unacked.remove();
            acknowledged++;
            each.accept(next);
        }
        return Ack.ACCEPTED;
    }

    private boolean isOutdated(long h) {
        return modulo(acknowledged - h) <= Math.min(acknowledged, MODULUS / 2);
    }

    /** Returns the number of stanzas sent since counting began, modulo 2^32. */
    public long sent() {
        return modulo(acknowledged + unacked.size());
    }

    /** Replaces each stanza that is not acknowledged. */
    public void replaceAll(UnaryOperator<T> replacement) {
        var all = List.copyOf(unacked);
        unacked.clear();
        all.forEach(item -> unacked.add(replacement.apply(item)));
    }

    /** Returns a view of the stanzas that are not acknowledged, in order. */
    public Collection<T> unacked() {
        return Collections.unmodifiableCollection(unacked);
    }

    public int size() { return unacked.size(); }

    public boolean isEmpty() { return unacked.isEmpty(); }

    /** Removes all stanzas; the count stays. */
    public void clear() { unacked.clear(); }
}
