package im.martlet.extensions.push;

import im.martlet.address.Jid;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What happened lately to the notifications of each account, for admins. In memory, within bounds. Any thread. */
@Singleton
public final class PushTrace {
    private static final int MOST_ACCOUNTS = 1000;
    private static final int MOST_STEPS = 50;

    /** @param what for people */
    record Step(Instant when, String what) {}

    private final InstantSource clock;
    private final Map<Jid, ArrayDeque<Step>> steps = new LinkedHashMap<>(16, 0.75f, true) {
        @Override protected boolean removeEldestEntry(Map.Entry<Jid, ArrayDeque<Step>> eldest) {
            return size() > MOST_ACCOUNTS;
        }
    };

    @Inject PushTrace(InstantSource clock) { this.clock = clock; }

    /** @param account bare */
    public synchronized void note(Jid account, String what) {
        var its = steps.computeIfAbsent(account, _ -> new ArrayDeque<>());
        if (its.size() == MOST_STEPS) its.removeFirst();
        its.add(new Step(clock.instant(), what));
    }

    /** The last steps, the oldest first. */
    synchronized List<Step> of(Jid account) {
        return List.copyOf(steps.getOrDefault(account, new ArrayDeque<>()));
    }
}
