package im.martlet.http;

import java.net.IDN;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The public URLs of the served domains. Also finds the domain that a name in a request means. Any thread. */
public final class PublicUrls {
    private final Supplier<HttpSettings> settings;
    private final Supplier<Set<String>> hosts;
    private volatile int port; // of HTTPS; 0 until it is known

    public PublicUrls(Supplier<HttpSettings> settings, Supplier<Set<String>> hosts) {
        this.settings = settings;
        this.hosts = hosts;
    }

    /**
     * Sets the port of HTTPS, when the server listens.
     *
     * @param port the port; 0 if only a proxy provides HTTPS
     */
    void listening(int port) { this.port = port; }

    /** Returns whether the server serves HTTP to clients. */
    public boolean areServed() {
        var now = settings.get();
        return now.enabled() && !(now.tls().isEmpty() && now.plain().isEmpty());
    }

    /** Returns the URL of a host without a path, such as {@code https://example.org:5443}. */
    public URI of(String host) {
        return Optional.ofNullable(settings.get().urls().get(host)).flatMap(HttpSettings::url)
                .orElseGet(() -> URI.create("https://" + ascii(host) + (port == 0 || port == 443 ? "" : ":" + port)));
    }

    /** Returns the URL of a host for WebSockets, such as {@code wss://example.org:5443}. */
    public URI ofWebSockets(String host) {
        return URI.create("wss" + of(host).toString().substring("https".length()));
    }

    /**
     * Returns the host that a name in a request means.
     *
     * @param name the Host header without port; empty if there is none
     * @return empty if no host has the name and there are several hosts
     */
    Optional<String> host(String name) {
        var requested = name.toLowerCase(Locale.ROOT);
        var all = hosts.get();
        return all.stream().filter(host -> ascii(host).equals(requested) || requested.equals(of(host).getHost()))
                .findFirst()
                // a service domain below a host
                .or(() -> all.stream().filter(host -> requested.endsWith("." + ascii(host))).findFirst())
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
