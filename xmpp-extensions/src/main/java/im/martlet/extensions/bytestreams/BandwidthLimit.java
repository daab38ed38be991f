package im.martlet.extensions.bytestreams;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Limits the bytes a second of all streams of one account. Guarded by itself; threads wait outside the lock. */
final class BandwidthLimit {
    private static final long BURST = TimeUnit.SECONDS.toNanos(1); // unused time that counts later

    private final LongSupplier rate; // bytes a second, which may change; 0 for no limit
    private final AtomicLong total; // bytes carried for all accounts
    private int streams; // guarded by BytestreamRelay
    private long free = System.nanoTime() - BURST; // the time from which the next byte may be carried

    BandwidthLimit(LongSupplier rate, AtomicLong total) {
        this.rate = rate;
        this.total = total;
    }

    int streams() { return streams; }

    /** Changes the number of streams and returns the new number. */
    int change(int by) { return streams += by; }

    /** Books bytes and returns the nanoseconds to wait until they may be carried. */
    private synchronized long book(int bytes) {
        long allowed = rate.getAsLong();
        if (allowed == 0) return 0;
        long now = System.nanoTime();
        free = Math.max(free, now - BURST) + bytes * TimeUnit.SECONDS.toNanos(1) / allowed;
        return free - now;
    }

    /** Blocks until a number of further bytes may be carried. */
    void await(int bytes) {
        long wait = book(bytes);
        if (wait <= 0) return;
        try {
            TimeUnit.NANOSECONDS.sleep(wait);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Counts bytes that were carried. */
    void carried(int bytes) { total.addAndGet(bytes); }
}
