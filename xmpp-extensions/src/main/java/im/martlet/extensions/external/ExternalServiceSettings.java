package im.martlet.extensions.external;

import im.martlet.address.Jid;
import im.martlet.address.JidException;
import im.martlet.config.Config;
import im.martlet.config.Default;
import im.martlet.config.Range;
import im.martlet.config.Secret;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Supplier;

/**
 * A section {@code [external_services."name"]}.
 *
 * @param type the type, such as stun, stuns, turn or turns
 * @param host the name or address of the service
 * @param port the port; 0 for the usual one of its type
 * @param transport udp or tcp; empty for the usual one of its type
 * @param name a name for users
 * @param secret the secret that the service shares with this server; then each account has its own credentials, which
 * expire
 * @param username the username for all accounts, if there is no secret
 * @param password the password for all accounts, if there is no secret
 * @param lifetime the lifetime of credentials made with the secret
 * @param hosts the hosts with users that may use the service; none for all hosts
 */
public record ExternalServiceSettings(
        @Default("\"\"") String type,
        @Default("\"\"") String host,
        @Default("0") @Range(max = 65_535) int port,
        @Default("\"\"") String transport,
        Optional<String> name,
        @Default("\"\"") Secret secret,
        @Default("\"\"") String username,
        @Default("\"\"") Secret password,
        @Default("\"12h\"") @Range(min = 60, max = 31_536_000) Duration lifetime,
        @Default("[]") List<String> hosts) {
    private static final String SECTION = "external_services";

    /** Returns the current services by their names in the file. Reports invalid settings to the configuration. */
    public static Supplier<SequencedMap<String, ExternalServiceSettings>> of(Config config) {
        config.rule(reading -> reading.named(SECTION, ExternalServiceSettings.class)
                .forEach((name, service) -> service.problem()
                        .ifPresent(problem -> reading.problem(List.of(SECTION, name),
                                "'" + name + "' in [external_services] " + problem))));
        return config.liveNamed(SECTION, ExternalServiceSettings.class);
    }

    private Optional<String> problem() {
        if (!type.matches("[a-z][a-z0-9_-]{0,30}"))
            return Optional.of("needs a 'type', such as \"stun\", \"turn\" or \"turns\"");
        if (!isHost()) return Optional.of("needs a 'host': a domain, or an address without brackets");
        if (!transport.isEmpty() && !transport.matches("[a-z]{1,10}"))
            return Optional.of("needs \"udp\" or \"tcp\" as its 'transport', not \"" + transport + "\"");
        if (port == 0 && usualPort() == 0) return Optional.of("needs a 'port'");
        if (hasSecret() && !(username.isEmpty() && password.value().isEmpty()))
            return Optional.of("has both a 'secret' and a 'username' or 'password'; remove one of the two");
        if (username.isEmpty() != password.value().isEmpty())
            return Optional.of("needs both 'username' and 'password', or neither");
        if (type.startsWith("turn") && !isRestricted()) return Optional.of(
                "needs the 'secret' that it shares with this server, or a 'username' and a 'password', "
                        + "because a relay without credentials is open to strangers");
        return Optional.empty();
    }

    private boolean isHost() {
        try {
            Jid.of("", host.contains(":") ? "[" + host + "]" : host, "");
            return !host.startsWith("[");
        } catch (JidException e) {
            return false;
        }
    }

    private int usualPort() {
        return switch (type) {
            case "stun", "turn" -> 3478; // RFC 8489 §18.6, RFC 8656 §22
            case "stuns", "turns" -> 5349;
            default -> 0;
        };
    }

    int portOrUsual() { return port == 0 ? usualPort() : port; }

    /** Returns the configured transport, or else UDP for a service without TLS and TCP for one with TLS. */
    String transportOrUsual() {
        return !transport.isEmpty() ? transport : type.equals("stun") || type.equals("turn") ? "udp" : "tcp";
    }

    boolean hasSecret() { return !secret.value().isEmpty(); }

    /** Returns whether the service needs credentials. */
    boolean isRestricted() {
        return hasSecret() || !username.isEmpty();
    }

    boolean isFor(String domain) { return hosts.isEmpty() || hosts.contains(domain); }

    boolean isAt(String otherHost, String otherType, Optional<Integer> otherPort) {
        return host.equalsIgnoreCase(otherHost) && type.equals(otherType)
                && otherPort.filter(number -> number != portOrUsual()).isEmpty();
    }
}
