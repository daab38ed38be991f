package im.martlet.conformance.harness;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Holds the ids of all messages that any device of one account has received. Thread-safe. */
public final class Inbox {
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(20); // only a failing test waits so long

    private final Set<String> received = new HashSet<>();

    public synchronized void add(String id) {
        if (received.add(id)) notifyAll();
    }

    /** Waits for messages. @return the ids that did not arrive */
    public synchronized Set<String> await(Collection<String> ids) throws InterruptedException {
        var missing = new LinkedHashSet<>(ids);
        long deadline = System.nanoTime() + PATIENCE;
        for (missing.removeAll(received); !missing.isEmpty() && System.nanoTime() < deadline; missing
                .removeAll(received))
            TimeUnit.NANOSECONDS.timedWait(this, deadline - System.nanoTime());
        return missing;
    }
}
