package im.martlet.federation;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds the streams that routes ask for, as far as the policy allows. Connects to a bounded number of remote servers
 * at once, because any local user may write to any number of domains. Any thread that may block.
 */
@Singleton
final class StreamBuilder {
    private static final Logger LOG = LoggerFactory.getLogger(StreamBuilder.class);
    private static final int MOST_AT_ONCE = 256;
    private static final int MOST_QUEUED = 4096; // threads that wait for their turn
    private static final String TOO_MANY = "this server connects to too many other servers now";

    private final ServerStreams shared;
    private final Dialer dialer;
    private final Semaphore places = new Semaphore(MOST_AT_ONCE, true);

    @Inject StreamBuilder(ServerStreams shared, Dialer dialer) {
        this.shared = shared;
        this.dialer = dialer;
    }

    /** Builds a stream for stanzas. Blocks for a multiple of the configured timeout at most. */
    ConnectionOutcome build(DomainPair pair) {
        var refusal = shared.policy().refusal(pair.local(), pair.remote());
        if (refusal.isPresent()) return ConnectionOutcome.failed(refusal.get());
        if (!shared.inbound().isLocal(pair.local())) { // an extension must not speak for a domain of another server
            LOG.error("bug: a stanza was to be sent for {}, which is not served here", pair.local());
            return ConnectionOutcome.failed("this server does not serve " + pair.local());
        }
        if (places.getQueueLength() >= MOST_QUEUED) return ConnectionOutcome.failed(TOO_MANY);
        try {
            if (!places.tryAcquire(shared.settings().timeout().toNanos(), TimeUnit.NANOSECONDS))
                return ConnectionOutcome.failed(TOO_MANY);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ConnectionOutcome.failed("this server stops");
        }
        try {
            return dialer.open(pair, new OutgoingStream.Purpose.Stanzas(), _ -> {});
        } finally {
            places.release();
        }
    }
}
