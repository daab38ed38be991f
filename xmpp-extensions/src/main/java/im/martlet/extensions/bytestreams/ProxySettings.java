package im.martlet.extensions.bytestreams;

import im.martlet.config.ByteSize;
import im.martlet.config.Config;
import im.martlet.config.Default;
import im.martlet.config.HostPort;
import im.martlet.config.Range;
import im.martlet.config.Reloadable;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * The section {@code [proxy]}.
 *
 * @param enabled whether the host has a proxy
 * @param label the first label of the service's domain
 * @param listen addresses and ports of the SOCKS5 listeners
 * @param address the address that clients connect to; empty for the domain of their host
 * @param port the port that clients connect to; 0 for the port of the first listener
 * @param domains further domains with users that may use the proxy, besides the host
 * @param waiting connections that may wait for a stream to begin, of all accounts together
 * @param streams open streams of all accounts together
 * @param perAccount open streams that one account may have begun
 * @param rate bytes a second of all streams that one account has begun, in both directions; 0 for no limit
 * @param handshake time for a connection to send its SOCKS5 request
 * @param patience time for which a connection may wait for its stream to begin
 * @param idle time for which a stream may carry nothing
 */
public record ProxySettings(@Default("true") boolean enabled, @Default("\"proxy\"") String label,
        @Default("[\"7777\"]") List<HostPort> listen,
        @Reloadable @Default("\"\"") String address, @Reloadable @Default("0") @Range(max = 65_535) int port,
        @Reloadable @Default("[]") List<String> domains,
        @Reloadable @Default("500") @Range(min = 2) int waiting,
        @Reloadable @Default("500") @Range(min = 1) int streams,
        @Reloadable @Default("10") @Range(min = 1) int perAccount,
        @Reloadable @Default("\"2 MB\"") ByteSize rate,
        @Reloadable @Default("\"10s\"") @Range(min = 1) Duration handshake,
        @Reloadable @Default("\"1m\"") @Range(min = 1) Duration patience,
        @Reloadable @Default("\"5m\"") @Range(min = 1) Duration idle) {
    private static final String SECTION = "proxy";

    /** Returns the current settings at any time. Reports invalid settings to the configuration. */
    public static Supplier<ProxySettings> of(Config config) {
        var settings = config.section(SECTION, ProxySettings.class);
        if (!settings.label.matches("[a-z0-9]([a-z0-9-]*[a-z0-9])?"))
            config.problem(List.of(SECTION, "label"),
                    "'label' in [proxy] must be the first label of a domain, such as \"proxy\", not \"" + settings.label
                            + "\"");
        return config.live(SECTION, ProxySettings.class);
    }

    /** Returns whether the server runs a proxy. */
    boolean isServed() { return enabled && !listen.isEmpty(); }
}
