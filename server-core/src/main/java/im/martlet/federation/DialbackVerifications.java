package im.martlet.federation;

import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/**
 * Asks authoritative servers about keys that others have shown (XEP-0220 §2.1.2), each on a connection of its own.
 * Whoever connects can make us do that, so only so many are under way at once, whoever causes them. Any thread.
 */
@Singleton
final class DialbackVerifications {
    private static final int MOST = 64;

    private final Semaphore places = new Semaphore(MOST);
    private final Provider<Dialer> dialer; // whose streams may have keys to verify

    @Inject DialbackVerifications(Provider<Dialer> dialer) { this.dialer = dialer; }

    /**
     * Begins to verify a key.
     *
     * @param streamId of the stream that it was shown on
     * @param done told how it went, on some virtual thread
     * @return false when too many are under way
     */
    boolean begin(DomainPair pair, String streamId, String key, Consumer<ConnectionOutcome> done) {
        if (!places.tryAcquire()) return false;
        Thread.ofVirtual().name("verify " + pair.remote()).start(() -> {
            ConnectionOutcome outcome = ConnectionOutcome.failed("it could not be asked");
            try {
                outcome = dialer.get().open(pair, new OutgoingStream.Purpose.Key(streamId, key), _ -> {});
            } finally {
                places.release();
                done.accept(outcome);
            }
        });
        return true;
    }
}
