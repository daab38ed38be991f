package im.martlet.storage.key;

import java.time.Instant;

/**
 * Ids of log entries: 43 bits of milliseconds since 1970 (enough until 2248), then 20 bits that are unpredictable for
 * others. Ids grow with time, so the order of ids is the order of the log, and a span of time is a range of ids.
 */
public final class LogId {
    private static final int BITS = 20;
    private static final long LAST = (1L << 63 - BITS) / 1000 - 1; // the last second that has ids
    private static final long REST = (1L << BITS) - 1;

    private LogId() {}

    /**
     * Returns the id of the next entry.
     *
     * @param last the greatest id so far
     * @param random any number
     */
    public static long next(long last, Instant now, long random) {
        long fresh = first(now) | random & REST;
        return fresh > last ? fresh : last + 1 + (random & 0x3ff); // the clock has not moved, or has moved back
    }

    /** Returns the least id of a moment. */
    public static long first(Instant moment) {
        return Math.clamp(moment.getEpochSecond(), 0, LAST) * 1000 + moment.getNano() / 1_000_000 << BITS;
    }

    /** Returns the greatest id of a moment. */
    public static long last(Instant moment) { return first(moment) | REST; }

    /** Returns the time of an entry, to the millisecond. */
    public static Instant time(long id) {
        return Instant.ofEpochMilli(id >> BITS);
    }
}
