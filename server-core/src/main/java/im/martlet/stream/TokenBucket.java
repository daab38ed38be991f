package im.martlet.stream;

/** A token bucket: limits the bytes that the server reads from one connection or from several together. Any thread. */
public final class TokenBucket {
    private final double perNano; // bytes
    private final long burst;
    private double tokens;
    private long asOf;

    /**
     * @param bytesPerSecond the rate; 0 for no limit
     * @param burst the bytes of a full bucket
     * @param nanos the time on the clock of {@link System#nanoTime}
     */
    public TokenBucket(long bytesPerSecond, long burst, long nanos) {
        this.perNano = bytesPerSecond / 1e9;
        this.burst = burst;
        this.tokens = burst;
        this.asOf = nanos;
    }

    /** Takes bytes out, even more than there are. Returns false if the bucket is empty after that. */
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

    /** Returns whether the bucket is full, so that it equals a new one. */
    public synchronized boolean isFull(long nanos) {
        refill(nanos);
        return tokens >= burst;
    }

    /** Returns whether the bucket has these limits. */
    public boolean isFor(long bytesPerSecond, long burst) {
        return perNano == bytesPerSecond / 1e9 && this.burst == burst;
    }

    private void refill(long nanos) {
        tokens = Math.min(burst, tokens + (nanos - asOf) * perNano);
        asOf = nanos;
    }
}
