package im.martlet.stream;

/** A token bucket: bytes that may be read from one connection, or from several together. Any thread. */
public final class TokenBucket {
    private final double perNano; // bytes
    private final long burst;
    private double tokens;
    private long asOf;

    /** @param bytesPerSecond 0 for no bound */
    public TokenBucket(long bytesPerSecond, long burst, long nanos) {
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

    /** Whether nothing was taken out for so long that it is as good as new. */
    public synchronized boolean isFull(long nanos) {
        refill(nanos);
        return tokens >= burst;
    }

    /** Whether its bounds are these. */
    public boolean isFor(long bytesPerSecond, long burst) {
        return perNano == bytesPerSecond / 1e9 && this.burst == burst;
    }

    private void refill(long nanos) {
        tokens = Math.min(burst, tokens + (nanos - asOf) * perNano);
        asOf = nanos;
    }
}
