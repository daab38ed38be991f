package im.martlet.federation;

import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/**
 * Asks authoritative servers about keys that remote servers have shown (XEP-0220 §2.1.2), each on a connection of its
 * own. Any remote server can cause this, so the number at once is bounded for all of them together. Any thread.
 */
@Singleton
final class DialbackVerifications {
    private static final int MOST = 64;

    private final Semaphore places = new Semaphore(MOST);
    private final Provider<Dialer> dialer; // a provider, because streams need this class

    @Inject DialbackVerifications(Provider<Dialer> dialer) { this.dialer = dialer; }

    /**
     * Begins to verify a key.
     *
     * @param streamId id of the stream on which the key was shown
     * @param done gets the outcome, on a virtual thread
     * @return false if too many verifications are under way
     */
    boolean begin(DomainPair pair, String streamId, String key, Consumer<ConnectionOutcome> done) {
        if (!places.tryAcquire()) return false;
        Thread.ofVirtual().name("verify " + pair.remote()).start(() -> {
            ConnectionOutcome outcome = ConnectionOutcome.failed("an error of this server");
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
