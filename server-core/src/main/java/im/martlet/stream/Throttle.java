package im.martlet.stream;

/** A token bucket. Used by one thread to spend, and by any to ask. */
final class Throttle {
    private final double perNano; // bytes
    private final long burst;
    private double tokens;
    private long asOf;

    /** @param bytesPerSecond 0 for no bound */
    Throttle(long bytesPerSecond, long burst, long nanos) {
        this.perNano = bytesPerSecond / 1e9;
        this.burst = burst;
        this.tokens = burst;
        this.asOf = nanos;
    }

    /** Takes bytes out, more than there are if need be; false when nothing is left. */
    synchronized boolean spend(int bytes, long nanos) {
        if (perNano == 0) return true;
        refill(nanos);
        tokens -= bytes;
        return tokens > 0;
    }

    synchronized boolean hasTokens(long nanos) {
        if (perNano == 0) return true;
        refill(nanos);
        return tokens > 0;
    }

    private void refill(long nanos) {
        tokens = Math.min(burst, tokens + (nanos - asOf) * perNano);
        asOf = nanos;
    }
}
