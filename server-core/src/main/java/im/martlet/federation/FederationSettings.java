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
 * @param enabled whether this server exchanges stanzas with remote servers
 * @param secure proof that remote servers must give: see {@link Security}
 * @param ca PEM file of the trusted authorities, in place of those of the JDK
 * @param dns name servers, in place of those of the system
 * @param dane whether a signed record in DNS may prove a certificate (RFC 7673)
 * @param dnssec zone file with the trusted keys for that, in place of the keys of the root
 * @param posh whether a fingerprint on the domain's web server may prove a certificate (RFC 7711)
 * @param privateAddresses whether remote servers may be at private addresses; those in {@code routes} always may
 * @param routes endpoints of some domains, in place of DNS: {@code host:port} or {@code tls://host:port}
 * @param stanza largest stanza of a remote server, in bytes
 * @param rate bytes a second that are read from one remote domain in the long run, over all its streams; 0 for no limit
 * @param queue bytes that may wait for one remote domain
 * @param timeout longest time for connecting, and longest time without a sign of life
 * @param handshake longest time until a remote server that has connected is verified for a domain
 * @param retry longest pause before the next try to reach a domain
 * @param idle time after which an unused stream is closed
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

    /** The proof that a remote server must give before stanzas are exchanged. */
    public enum Security {
        /** A certificate for its domain from a trusted authority. */
        CERTIFICATE,
        /** TLS; dialback if the certificate is not trusted for the domain. */
        DIALBACK,
        /** The best proof that it can give: even dialback without TLS. */
        PLAIN;

        String word() { return name().toLowerCase(Locale.ROOT); }
    }

    /** Returns the current section. Its mistakes are reported with those of the other sections. */
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
        settings.routes.forEach((domain, endpoint) -> {
            try {
                ServerEndpoint.parse(endpoint);
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

    /** Returns the {@link #routes} by prepared domains. */
    public Map<String, ServerEndpoint> endpoints() {
        var all = new HashMap<String, ServerEndpoint>();
        routes.forEach((domain, endpoint) -> all.put(Jid.parse(domain).domain(), ServerEndpoint.parse(endpoint)));
        return all;
    }
}
