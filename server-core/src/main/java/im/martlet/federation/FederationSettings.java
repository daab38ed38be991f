package im.martlet.federation;

import im.martlet.address.Jid;
import im.martlet.config.ByteSize;
import im.martlet.config.Config;
import im.martlet.config.Default;
import im.martlet.config.HostPort;
import im.martlet.config.Range;
import im.martlet.config.Reloadable;
import im.martlet.dns.ServerEndpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The section {@code [federation]}.
 *
 * @param secure what other servers have to show: see {@link Security}
 * @param ca PEM file of the authorities to believe, in place of the JDK's
 * @param dns name servers to ask, in place of the system's
 * @param dane whether a certificate counts that is in DNS, signed (RFC 7673)
 * @param dnssec zone file with the keys that are believed for that, in place of the root's
 * @param posh whether a certificate counts whose fingerprint is on the domain's web server (RFC 7711)
 * @param privateAddresses whether servers may be at addresses that are not of the internet, beyond those in
 * {@code routes}
 * @param routes where the servers of some domains are, in place of what DNS says: {@code host:port} or
 * {@code tls://host:port}
 * @param stanza the largest that another server may send
 * @param rate bytes a second that are read from one domain in the long run, over all its streams; 0 for any number
 * @param queue bytes that may wait for one domain
 * @param timeout until what waits for a domain is given up
 * @param handshake how long a server that has connected may take to say who it is
 * @param retry how long a domain that cannot be reached is left alone, at most
 * @param idle after how long a stream that nobody uses is closed
 */
public record FederationSettings(
        @Default("true") boolean enabled,
        @Reloadable @Default("\"dialback\"") String secure,
        Optional<Path> ca,
        @Default("[]") List<HostPort> dns,
        @Reloadable @Default("true") boolean dane,
        Optional<Path> dnssec,
        @Reloadable @Default("false") boolean posh,
        @Reloadable @Default("false") boolean privateAddresses,
        @Reloadable @Default("{}") Map<String, String> routes,
        @Reloadable @Default("\"512 KiB\"") @Range(min = 10_000, max = 16_777_216) ByteSize stanza,
        @Reloadable @Default("\"4 MB\"") ByteSize rate,
        @Reloadable @Default("\"4 MiB\"") @Range(min = 65_536) ByteSize queue,
        @Reloadable @Default("\"60s\"") @Range(min = 1) Duration timeout,
        @Reloadable @Default("\"30s\"") @Range(min = 1) Duration handshake,
        @Reloadable @Default("\"10m\"") @Range(min = 1) Duration retry,
        @Reloadable @Default("\"10m\"") @Range(min = 1) Duration idle) {

    /** What another server has to show before its stanzas are taken and it is sent any. */
    public enum Security {
        /** A certificate for its domain, by an authority that is believed. */
        CERTIFICATE,
        /** TLS with any certificate; if it is not one for its domain, dialback. */
        DIALBACK,
        /** As much as it can: even dialback in the clear. */
        PLAIN;

        String word() { return name().toLowerCase(Locale.ROOT); }
    }

    /** The section as it is at any time; what is wrong with it is told with everything else. */
    public static Supplier<FederationSettings> of(Config config) {
        config.rule(reading -> check(reading, reading.section("federation", FederationSettings.class)));
        return config.live("federation", FederationSettings.class);
    }

    private static void check(Config config, FederationSettings settings) {
        if (Arrays.stream(Security.values()).noneMatch(s -> s.word().equals(settings.secure)))
            config.problem(List.of("federation", "secure"),
                    "'secure' in [federation] must be one of "
                            + Arrays.stream(Security.values()).map(Security::word).toList() + ", not \""
                            + settings.secure + "\"");
        settings.routes.forEach((domain, place) -> {
            try {
                ServerEndpoint.parse(place);
                Jid.parse(domain);
            } catch (IllegalArgumentException e) {
                config.problem(List.of("federation", "routes", domain),
                        "'" + domain + "' in [federation.routes]: " + e.getMessage());
            }
        });
    }

    public Security security() {
        return Arrays.stream(Security.values()).filter(s -> s.word().equals(secure)).findFirst()
                .orElse(Security.CERTIFICATE);
    }

    /** {@link #routes} by prepared domains. */
    public Map<String, ServerEndpoint> endpoints() {
        var all = new HashMap<String, ServerEndpoint>();
        routes.forEach((domain, place) -> all.put(Jid.parse(domain).domain(), ServerEndpoint.parse(place)));
        return all;
    }
}
