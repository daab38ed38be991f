package im.martlet.federation;

import im.martlet.config.Settings;
import im.martlet.stream.TokenBucket;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * With whom the hosts here talk, and how fast another domain may. It may change at any time, and is asked for each
 * stanza. Any thread.
 */
final class FederationPolicy {
    private static final int MANY = 1000;

    private final Supplier<Map<String, Settings.Host>> hosts;
    private final Supplier<FederationSettings> settings;
    private final ConcurrentHashMap<String, TokenBucket> throttles = new ConcurrentHashMap<>();

    FederationPolicy(Supplier<Map<String, Settings.Host>> hosts, Supplier<FederationSettings> settings) {
        this.hosts = hosts;
        this.settings = settings;
    }

    /**
     * Why a domain of ours does not talk to another; empty when it does.
     *
     * @param local a host, or a service or component below one, which does as the host
     */
    Optional<String> refusal(String local, String remote) {
        return host(local).filter(host -> !host.talksToAll()).flatMap(host -> {
            if (host.deny().stream().anyMatch(pattern -> matches(pattern, remote)))
                return Optional.of(local + " does not talk to " + remote);
            if (!host.isOpen() && host.allow().stream().noneMatch(pattern -> matches(pattern, remote)))
                return Optional.of(local + " talks to few domains only, and " + remote + " is none of them");
            return Optional.empty();
        });
    }

    /** The settings that hold for a domain of ours. */
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

    /** What all streams of one domain together may send. */
    TokenBucket throttle(String remote) {
        var now = settings.get();
        if (throttles.size() > MANY) throttles.values().removeIf(t -> t.isFull(System.nanoTime()));
        return throttles.compute(remote,
                (_, known) -> known != null && known.isFor(now.rate().bytes(), burst(now)) ? known
                        : new TokenBucket(now.rate().bytes(), burst(now), System.nanoTime()));
    }

    private static long burst(FederationSettings settings) {
        return Math.max(4 * settings.stanza().bytes(), settings.rate().bytes());
    }
}
