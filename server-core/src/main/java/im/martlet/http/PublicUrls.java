package im.martlet.http;

import java.net.IDN;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** What clients call the hosts that are served, and which host they mean by a name. Any thread. */
public final class PublicUrls {
    private final Supplier<HttpSettings> settings;
    private final Supplier<Set<String>> hosts;
    private volatile int port; // of HTTPS, once it is known

    public PublicUrls(Supplier<HttpSettings> settings, Supplier<Set<String>> hosts) {
        this.settings = settings;
        this.hosts = hosts;
    }

    /** @param port where HTTPS is spoken; 0 when only a proxy does */
    void listening(int port) { this.port = port; }

    /** Whether there is any HTTP to point somebody to. */
    public boolean areServed() {
        var now = settings.get();
        return now.enabled() && !(now.tls().isEmpty() && now.plain().isEmpty());
    }

    /** Where a host's pages are, without a path: {@code https://example.org:5443}. */
    public URI of(String host) {
        return Optional.ofNullable(settings.get().urls().get(host)).flatMap(HttpSettings::url)
                .orElseGet(() -> URI.create("https://" + ascii(host) + (port == 0 || port == 443 ? "" : ":" + port)));
    }

    /** The same for WebSockets: {@code wss://example.org:5443}. */
    public URI ofWebSockets(String host) {
        return URI.create("wss" + of(host).toString().substring("https".length()));
    }

    /**
     * The host that somebody means.
     *
     * @param name as in a Host header, without port; empty when there is none
     * @return empty when no host is called so, and there are several
     */
    Optional<String> host(String name) {
        var asked = name.toLowerCase(Locale.ROOT);
        var all = hosts.get();
        return all.stream().filter(host -> ascii(host).equals(asked) || asked.equals(of(host).getHost())).findFirst()
                .or(() -> all.stream().filter(host -> asked.endsWith("." + ascii(host))).findFirst()) // a service below it
                .or(() -> all.size() == 1 ? all.stream().findFirst() : Optional.empty());
    }

    private static String ascii(String host) {
        try {
            return IDN.toASCII(host, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException anAddress) {
            return host;
        }
    }
}
