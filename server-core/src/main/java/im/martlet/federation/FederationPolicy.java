package im.martlet.federation;

import im.martlet.config.Settings;
import im.martlet.stream.TokenBucket;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Decides which remote domains the hosts of this server talk to, and limits the rate of each remote domain. The
 * settings may change at any time, so each stanza is checked. Any thread.
 */
final class FederationPolicy {
    private static final int MANY = 1000; // throttles; if there are more, unused ones are removed

    private final Supplier<Map<String, Settings.Host>> hosts;
    private final Supplier<FederationSettings> settings;
    private final ConcurrentHashMap<String, TokenBucket> throttles = new ConcurrentHashMap<>();

    FederationPolicy(Supplier<Map<String, Settings.Host>> hosts, Supplier<FederationSettings> settings) {
        this.hosts = hosts;
        this.settings = settings;
    }

    /**
     * Returns the reason if a local domain does not talk to a remote domain.
     *
     * @param local a host, or a service or component below a host, for which the host's settings hold
     */
    Optional<String> refusal(String local, String remote) {
        return host(local).filter(host -> !host.talksToAll()).flatMap(host -> {
            if (host.deny().stream().anyMatch(pattern -> matches(pattern, remote)))
                return Optional.of(local + " does not talk to " + remote);
            if (!host.isOpen() && host.allow().stream().noneMatch(pattern -> matches(pattern, remote)))
                return Optional
                        .of(local + " talks only to the domains in its list 'allow', and " + remote + " is not in it");
            return Optional.empty();
        });
    }

    /** Returns the settings of the host that a local domain is or is below. */
    Optional<Settings.Host> host(String local) {
        var all = hosts.get();
        for (String domain = local;; domain = domain.substring(domain.indexOf('.') + 1)) {
            var host = all.get(domain);
            if (host != null || domain.indexOf('.') < 0) return Optional.ofNullable(host);
        }
    }

    private static boolean matches(String pattern, String domain) {
        return pattern.startsWith("*.") ? domain.endsWith(pattern.substring(1)) : domain.equals(pattern);
    }

    /** Returns the throttle for all streams of a remote domain together. */
    TokenBucket throttle(String remote) {
        var now = settings.get();
        if (throttles.size() > MANY) throttles.values().removeIf(t -> t.isFull(System.nanoTime()));
        return throttles.compute(remote,
                (_, last) -> last != null && last.isFor(now.rate().bytes(), burst(now)) ? last
                        : new TokenBucket(now.rate().bytes(), burst(now), System.nanoTime()));
    }

    private static long burst(FederationSettings settings) {
        return Math.max(4 * settings.stanza().bytes(), settings.rate().bytes());
    }
}
