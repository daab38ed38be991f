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
 * @param label the first label of the service's domain
 * @param listen where SOCKS5 is spoken
 * @param address what clients are told to connect to; empty for the domain of their host
 * @param port the same; 0 for the first one that is listened on
 * @param domains whose users may have bytes carried, besides those of the host
 * @param waiting connections that may wait for a stream to begin, all together
 * @param streams that may be carried at once, all together
 * @param perAccount that one account may have begun, at once
 * @param rate bytes a second of all streams that one account has begun, both ways; 0 for any number
 * @param handshake how long a connection may take to say what it is for
 * @param patience how long it may wait for its stream to begin
 * @param idle how long a stream may be silent
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

    /** The section as it is in the reading that is in use; what is wrong is told with everything else. */
    public static Supplier<ProxySettings> of(Config config) {
        var settings = config.section(SECTION, ProxySettings.class);
        if (!settings.label.matches("[a-z0-9]([a-z0-9-]*[a-z0-9])?"))
            config.problem(List.of(SECTION, "label"),
                    "'label' in [proxy] must be the first label of a domain, such as \"proxy\", not \"" + settings.label
                            + "\"");
        return config.live(SECTION, ProxySettings.class);
    }

    /** Whether there is one. */
    boolean isServed() { return enabled && !listen.isEmpty(); }
}
