package im.martlet.http;

import im.martlet.config.ByteSize;
import im.martlet.config.Config;
import im.martlet.config.Default;
import im.martlet.config.HostPort;
import im.martlet.config.Range;
import im.martlet.config.Reloadable;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The section {@code [http]}.
 *
 * @param enabled whether the server listens for HTTP
 * @param tls the addresses for HTTPS
 * @param plain the addresses for HTTP without TLS, behind a proxy that provides TLS
 * @param local the addresses for programs on this machine, which read health and metrics there
 * @param proxies the addresses or networks of trusted proxies, which may name the client's address
 * @param urls the public URLs of the hosts: by domain, {@code https://name:port}
 * @param connectionsPerAddress the connections at once from one address that is no proxy
 * @param headers the bytes of a request's headers
 * @param idle the longest time of a connection without a whole request, and of a request without progress
 * @param slowest the lowest speed of a body in bytes a second, measured after the time of {@code idle}
 */
public record HttpSettings(
        @Default("true") boolean enabled,
        @Default("[\"5443\"]") List<HostPort> tls,
        @Default("[]") List<HostPort> plain,
        @Default("[\"127.0.0.1:5281\"]") List<HostPort> local,
        @Reloadable @Default("[\"127.0.0.1\", \"::1\"]") List<String> proxies,
        @Reloadable @Default("{}") Map<String, String> urls,
        @Reloadable @Default("100") @Range(min = 1) int connectionsPerAddress,
        @Default("\"8 KiB\"") @Range(min = 2048, max = 1_048_576) ByteSize headers,
        @Default("\"30s\"") @Range(min = 1) Duration idle,
        @Reloadable @Default("\"1 KB\"") ByteSize slowest) {

    private static final String SECTION = "http";

    /**
     * Reads and checks the section. Adds each fault to the problems of the configuration.
     *
     * @return the settings of the configuration in use, which a reload may replace
     */
    public static Supplier<HttpSettings> of(Config config) {
        var now = config.live(SECTION, HttpSettings.class);
        var settings = now.get();
        for (var address : settings.local)
            if (address.address().isUnresolved() || !address.address().getAddress().isLoopbackAddress())
                config.problem(List.of(SECTION, "local"),
                        "'local' in [http] must be addresses of this machine only, such as \"127.0.0.1:5281\"");
        for (String proxy : settings.proxies) if (TrustedProxies.parse(proxy).isEmpty())
            config.problem(List.of(SECTION, "proxies"),
                    "'proxies' in [http] must be addresses or networks such as \"10.0.0.0/8\", not \"" + proxy + "\"");
        settings.urls.forEach((host, url) -> {
            if (url(url).isEmpty()) config.problem(List.of(SECTION, "urls", host),
                    "'" + host + "' in [http.urls] must be such as \"https://" + host + ":5443\", not \"" + url + "\"");
        });
        return now;
    }

    /** Returns the same settings with free ports on this machine, for a rehearsal. */
    public HttpSettings elsewhere() {
        var anywhere = List.of(new HostPort("127.0.0.1", 0));
        return new HttpSettings(enabled, tls.isEmpty() ? tls : anywhere, plain.isEmpty() ? plain : anywhere,
                local.isEmpty() ? local : anywhere,
                proxies, urls, connectionsPerAddress, headers, idle, slowest);
    }

    /** Returns a URL for clients; empty if the text is not HTTPS with a name and without a path. */
    static Optional<URI> url(String text) {
        try {
            var url = URI.create(text);
            boolean plain = url.getRawPath().isEmpty() && url.getRawQuery() == null && url.getRawUserInfo() == null
                    && url.getRawFragment() == null;
            return "https".equals(url.getScheme()) && url.getHost() != null && plain ? Optional.of(url)
                    : Optional.empty();
        } catch (IllegalArgumentException noUri) {
            return Optional.empty();
        }
    }
}
