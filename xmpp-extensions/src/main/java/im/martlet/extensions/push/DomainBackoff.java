package im.martlet.extensions.push;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Leaves domains alone that cannot be reached: longer each time, and then only one attempt at a time finds out whether
 * they can be again. Any thread; guarded by itself.
 */
final class DomainBackoff {
    private static final int MOST = 10_000; // domains that are remembered; of more, the others are just tried
    private static final Duration PROBE = Duration.ofSeconds(40); // longer than a question is waited for
    private static final Duration WHILE_PROBING = Duration.ofSeconds(2);

    private record Closed(int failures, Instant until, boolean probed) {}

    private final Supplier<Duration> longest;
    private final Map<String, Closed> closed = new HashMap<>();

    /** @param longest pause between attempts */
    DomainBackoff(Supplier<Duration> longest) { this.longest = longest; }

    /**
     * Asks to try a domain. @return when to ask again; empty when it may be tried now, and {@link #reached} or
     * {@link #failed} is to be called
     */
    synchronized Optional<Instant> enter(String domain, Instant now) {
        var state = closed.get(domain);
        if (state == null) return Optional.empty();
        if (now.isBefore(state.until))
            return Optional.of(state.probed ? earlier(now.plus(WHILE_PROBING), state.until) : state.until);
        closed.put(domain, new Closed(state.failures, now.plus(PROBE), true));
        return Optional.empty();
    }

    private static Instant earlier(Instant a, Instant b) { return a.isBefore(b) ? a : b; }

    /** It has answered, whatever it was. */
    synchronized void reached(String domain) { closed.remove(domain); }

    /** It could not be reached. @return when to try again */
    synchronized Instant failed(String domain, Instant now) {
        if (closed.size() >= MOST) closed.values().removeIf(state -> state.until.isBefore(now));
        var state = closed.get(domain);
        if (state != null && !state.probed && now.isBefore(state.until)) return state.until; // others have found out at the same time
        int failures = state == null ? 1 : state.failures + 1;
        var until = now.plus(pause(failures - 1, longest.get()));
        if (closed.size() < MOST || state != null) closed.put(domain, new Closed(failures, until, false));
        return until;
    }

    /** The pause after so many attempts: a second, two, four ... */
    static Duration pause(int attempts, Duration longest) {
        var pause = Duration.ofSeconds(1L << Math.min(attempts, 20));
        return pause.compareTo(longest) < 0 ? pause : longest;
    }
}
