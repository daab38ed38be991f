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
 * @param tls where HTTPS is spoken
 * @param plain where HTTP is spoken in the clear, for a proxy that speaks TLS
 * @param local where programs on this machine ask for health and numbers
 * @param proxies addresses or networks that are believed who they say the client is
 * @param urls what clients call the hosts: by domain, {@code https://name:port}
 * @param connectionsPerAddress of those that are no proxies, at once
 * @param headers bytes that the headers of a request may have
 * @param idle how long a connection may be without a whole request, and a request without progress
 * @param slowest bytes a second at which a body has to come or go, once it has had the time of {@code idle}
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
     * Reads the section; what is wrong with it is told with everything else. @return it, as it is in the reading of the
     * file that is in use
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

    /** The same, but for ports, of which any will do. */
    public HttpSettings elsewhere() {
        var anywhere = List.of(new HostPort("127.0.0.1", 0));
        return new HttpSettings(enabled, tls.isEmpty() ? tls : anywhere, plain.isEmpty() ? plain : anywhere,
                local.isEmpty() ? local : anywhere,
                proxies, urls, connectionsPerAddress, headers, idle, slowest);
    }

    /** Empty when it is nothing that clients could be told: HTTPS, a name, and no path. */
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
