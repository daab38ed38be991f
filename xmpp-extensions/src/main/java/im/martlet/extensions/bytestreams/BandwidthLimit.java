package im.martlet.extensions.bytestreams;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** What one account's streams may carry a second, all together. Guarded by itself; who has to wait does so outside. */
final class BandwidthLimit {
    private static final long BURST = TimeUnit.SECONDS.toNanos(1);

    private final LongSupplier rate; // bytes a second, which may change; 0 for any number
    private final AtomicLong total; // of all accounts
    private int streams; // guarded by the owner of all paces
    private long free = System.nanoTime() - BURST; // when all that was carried is paid for

    BandwidthLimit(LongSupplier rate, AtomicLong total) {
        this.rate = rate;
        this.total = total;
    }

    int streams() { return streams; }

    /** Another stream, or one fewer. @return how many there are then */
    int change(int by) { return streams += by; }

    private synchronized long debt(int bytes) {
        long allowed = rate.getAsLong();
        if (allowed == 0) return 0;
        long now = System.nanoTime();
        free = Math.max(free, now - BURST) + bytes * TimeUnit.SECONDS.toNanos(1) / allowed;
        return free - now;
    }

    /** Blocks until so many bytes more may be carried. */
    void await(int bytes) {
        long wait = debt(bytes);
        if (wait <= 0) return;
        try {
            TimeUnit.NANOSECONDS.sleep(wait);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void carried(int bytes) { total.addAndGet(bytes); }
}
