package im.martlet.storage.account;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Counts the changes of login data of all accounts. Only the stores that share this object make such changes. Any
 * thread.
 */
public final class LoginChanges {
    private final AtomicLong count = new AtomicLong();

    /** Runs a change and counts it. */
    <T> T make(Supplier<T> change) {
        try {
            return change.get();
        } finally {
            count.incrementAndGet(); // also on failure: it may have failed after the commit
        }
    }

    /** Returns a check that tells whether no change was made since this call. */
    BooleanSupplier none() {
        long before = count.get();
        return () -> count.get() == before;
    }
}
