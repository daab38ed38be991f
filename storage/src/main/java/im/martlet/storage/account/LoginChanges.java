package im.martlet.storage.account;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Counts what changes who may log in with what, whoever's: nobody but the stores that share it makes such changes. Any
 * thread.
 */
public final class LoginChanges {
    private final AtomicLong made = new AtomicLong();

    /** Makes a change. */
    <T> T make(Supplier<T> change) {
        try {
            return change.get();
        } finally {
            made.incrementAndGet(); // also when it fails: it may have failed behind the commit
        }
    }

    /** Asks whether nothing has changed since this was called. */
    BooleanSupplier none() {
        long before = made.get();
        return () -> made.get() == before;
    }
}
