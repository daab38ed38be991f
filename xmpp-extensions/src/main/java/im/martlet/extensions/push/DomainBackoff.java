package im.martlet.extensions.push;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Delays attempts at domains that cannot be reached, longer after each failure. After the delay, one attempt at a time
 * tests whether the domain can be reached again. Any thread; guarded by itself.
 */
final class DomainBackoff {
    private static final int MOST = 10_000; // domains; others are tried without delay
    private static final Duration PROBE = Duration.ofSeconds(40); // longer than the timeout of an attempt
    private static final Duration WHILE_PROBING = Duration.ofSeconds(2);

    /** @param probing whether an attempt is testing the domain */
    private record FailingDomain(int failures, Instant until, boolean probing) {}

    private final Supplier<Duration> longest;
    private final Map<String, FailingDomain> failing = new HashMap<>();

    /** @param longest the longest pause between attempts */
    DomainBackoff(Supplier<Duration> longest) {
        this.longest = longest;
    }

    /**
     * Asks whether to try a domain now.
     *
     * @return the time at which to ask again; empty if the caller may try now, and then must call {@link #reached} or
     * {@link #failed}
     */
    synchronized Optional<Instant> enter(String domain, Instant now) {
        var state = failing.get(domain);
        if (state == null) return Optional.empty();
        if (now.isBefore(state.until))
            return Optional.of(state.probing ? earlier(now.plus(WHILE_PROBING), state.until) : state.until);
        failing.put(domain, new FailingDomain(state.failures, now.plus(PROBE), true));
        return Optional.empty();
    }

    private static Instant earlier(Instant a, Instant b) { return a.isBefore(b) ? a : b; }

    /** Notes that a domain gave any reply. */
    synchronized void reached(String domain) { failing.remove(domain); }

    /**
     * Notes that a domain could not be reached.
     *
     * @return the time of the next attempt
     */
    synchronized Instant failed(String domain, Instant now) {
        if (failing.size() >= MOST) failing.values().removeIf(state -> state.until.isBefore(now));
        var state = failing.get(domain);
        boolean alreadyNoted = state != null && !state.probing && now.isBefore(state.until);
        if (alreadyNoted) return state.until; // several attempts failed at the same time
        int failures = state == null ? 1 : state.failures + 1;
        var until = now.plus(pause(failures - 1, longest.get()));
        if (failing.size() < MOST || state != null) failing.put(domain, new FailingDomain(failures, until, false));
        return until;
    }

    /** Returns the pause after a number of attempts: a second, two, four ... */
    static Duration pause(int attempts, Duration longest) {
        var pause = Duration.ofSeconds(1L << Math.min(attempts, 20));
        return pause.compareTo(longest) < 0 ? pause : longest;
    }
}
