package im.martlet.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import im.martlet.address.Jid;
import im.martlet.net.Network;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.IntSupplier;

/**
 * Limits the guessing of passwords. An address (a {@link Network}) may fail a few times a minute, in total and at one
 * account; each further failure makes the wait longer. An account has a much larger limit for all addresses together,
 * so that a stranger cannot easily lock out its user. Accounts that do not exist have the same limits. Any thread.
 */
public final class LoginThrottle {
    private static final Duration LONGEST = Duration.ofMinutes(15);
    private static final int ACCOUNT_FACTOR = 20; // the limit of an account, as a multiple of the limit of an address

    /** @param source a network, an account, or an account seen from a network */
    private record Guess(Object source) {}

    private record AccountAt(Jid account, Network network) {}

    private record Failures(int count, Instant until) {}

    private final Cache<Guess, Failures> failures =
            Caffeine.newBuilder().maximumSize(100_000).expireAfterWrite(LONGEST).build();
    private final IntSupplier perMinute;
    private final InstantSource clock;

    /** @param perMinute returns the failures that one address may have in a minute; read each time, as it may change */
    public LoginThrottle(IntSupplier perMinute, InstantSource clock) {
        this.perMinute = perMinute;
        this.clock = clock;
    }

    boolean isAllowed(Jid account, InetAddress address) {
        var network = new Network(address);
        return isOpen(new Guess(network)) && isOpen(new Guess(new AccountAt(account, network)))
                && isOpen(new Guess(account));
    }

    private boolean isOpen(Guess guess) {
        var past = failures.getIfPresent(guess);
        return past == null || !clock.instant().isBefore(past.until());
    }

    void failed(Jid account, InetAddress address) {
        var network = new Network(address);
        int allowed = perMinute.getAsInt();
        count(new Guess(network), allowed);
        count(new Guess(new AccountAt(account, network)), allowed);
        count(new Guess(account), allowed * ACCOUNT_FACTOR);
    }

    private void count(Guess guess, int allowed) {
        var now = clock.instant();
        failures.asMap().merge(guess, new Failures(1, now.plus(delay(1, allowed))), (old, _) -> {
            boolean forgotten = now.isAfter(old.until().plus(Duration.ofMinutes(1)));
            int count = forgotten ? 1 : old.count() + 1;
            return new Failures(count, now.plus(delay(count, allowed)));
        });
    }

    /** Returns the wait after a failure: none up to the limit, then 15 seconds, doubled with each failure. */
    private static Duration delay(int count, int allowed) {
        if (count < allowed) return Duration.ZERO;
        var delay = Duration.ofSeconds(15L << Math.min(count - allowed, 10));
        return delay.compareTo(LONGEST) < 0 ? delay : LONGEST;
    }

    void succeeded(Jid account, InetAddress address) {
        failures.invalidate(new Guess(new AccountAt(account, new Network(address))));
    }
}
