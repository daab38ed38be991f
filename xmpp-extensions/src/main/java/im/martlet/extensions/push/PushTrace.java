package im.martlet.extensions.push;

import im.martlet.address.Jid;
import im.martlet.collect.BoundedMap;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;

/** The latest events of each account's notifications, for admins. In memory and bounded. Any thread. */
@Singleton
public final class PushTrace {
    private static final int MOST_ACCOUNTS = 1000;
    private static final int MOST_STEPS = 50;

    /** @param text a description for admins */
    record Step(Instant when, String text) {}

    private final InstantSource clock;
    private final Map<Jid, ArrayDeque<Step>> steps = BoundedMap.byAccess(MOST_ACCOUNTS);

    @Inject PushTrace(InstantSource clock) { this.clock = clock; }

    /** @param account a bare address */
    public synchronized void note(Jid account, String text) {
        var ofAccount = steps.computeIfAbsent(account, _ -> new ArrayDeque<>());
        if (ofAccount.size() == MOST_STEPS) ofAccount.removeFirst();
        ofAccount.add(new Step(clock.instant(), text));
    }

    /** Returns the latest events of an account, the oldest first. */
    synchronized List<Step> of(Jid account) {
        return List.copyOf(steps.getOrDefault(account, new ArrayDeque<>()));
    }
}
