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
 * @param type such as stun, stuns, turn or turns
 * @param host its name or address
 * @param port 0 for the usual one of its type
 * @param transport udp or tcp
 * @param name for people
 * @param secret that it shares with this server: each account has credentials of its own then, which expire
 * @param username for everybody, if there is no secret
 * @param lifetime of credentials made with the secret
 * @param hosts whose users are told of it; none for all
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

    /** All of them by what they are called in the file, at any time; what is wrong is told with everything else. */
    public static Supplier<SequencedMap<String, ExternalServiceSettings>> of(Config config) {
        config.rule(reading -> reading.named(SECTION, ExternalServiceSettings.class)
                .forEach((name, service) -> service.problem().ifPresent(what -> reading.problem(List.of(SECTION, name),
                        "'" + name + "' in [external_services] " + what))));
        return config.liveNamed(SECTION, ExternalServiceSettings.class);
    }

    private Optional<String> problem() {
        if (!type.matches("[a-z][a-z0-9_-]{0,30}"))
            return Optional.of("needs a 'type', such as \"stun\", \"turn\" or \"turns\"");
        if (!isHost()) return Optional.of("needs a 'host': a domain, or an address without brackets");
        if (!transport.isEmpty() && !transport.matches("[a-z]{1,10}"))
            return Optional.of("needs \"udp\" or \"tcp\" as its 'transport', not \"" + transport + "\"");
        if (port == 0 && usualPort() == 0) return Optional.of("needs a 'port'");
        if (isShared() && !(username.isEmpty() && password.value().isEmpty()))
            return Optional.of("has both a 'secret' and credentials for everybody; it needs one of them");
        if (username.isEmpty() != password.value().isEmpty())
            return Optional.of("needs both 'username' and 'password', or neither");
        if (type.startsWith("turn") && !isRestricted()) return Optional.of(
                "needs the 'secret' that it shares with this server, or a 'username' and a 'password': nobody lets strangers relay");
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

    /** With TLS it is TCP, unless something else is said; without, UDP. */
    String transportOrUsual() {
        return !transport.isEmpty() ? transport : type.equals("stun") || type.equals("turn") ? "udp" : "tcp";
    }

    boolean isShared() { return !secret.value().isEmpty(); }

    /** Whether it needs credentials. */
    boolean isRestricted() { return isShared() || !username.isEmpty(); }

    boolean isFor(String domain) { return hosts.isEmpty() || hosts.contains(domain); }

    boolean isAt(String otherHost, String otherType, Optional<Integer> otherPort) {
        return host.equalsIgnoreCase(otherHost) && type.equals(otherType)
                && otherPort.filter(number -> number != portOrUsual()).isEmpty();
    }
}
