package im.martlet.storage.key;

import java.time.Instant;

/**
 * The ids of entries in a log: 43 bits of milliseconds since 1970 (enough until 2248), then 20 bits that nobody outside
 * can foresee. They grow with time, so that the order of ids is the order of a log, and a span of time is a range of
 * ids.
 */
public final class LogId {
    private static final int BITS = 20;
    private static final long LAST = (1L << 63 - BITS) / 1000 - 1; // second that there is an id for
    private static final long REST = (1L << BITS) - 1;

    private LogId() {}

    /**
     * The id of the next entry.
     *
     * @param last the greatest id so far
     * @param random any number
     */
    public static long next(long last, Instant now, long random) {
        long fresh = first(now) | random & REST;
        return fresh > last ? fresh : last + 1 + (random & 0x3ff); // the clock has not moved, or has moved back
    }

    /** The least id of a moment. */
    public static long first(Instant moment) {
        return Math.clamp(moment.getEpochSecond(), 0, LAST) * 1000 + moment.getNano() / 1_000_000 << BITS;
    }

    /** The greatest id of a moment. */
    public static long last(Instant moment) { return first(moment) | REST; }

    /** When an entry was made, to the millisecond. */
    public static Instant time(long id) {
        return Instant.ofEpochMilli(id >> BITS);
    }
}
