package im.martlet.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * The source and the requested host of a request, from the connection or from the headers of trusted proxies (RFC 7239
 * or the older {@code X-Forwarded} headers). Any client can write such headers. The last entry comes from the peer of
 * the connection. An earlier entry counts only if the entry behind it names a trusted proxy.
 *
 * @param remote the address of the client
 * @param secure whether TLS protects the request, up to the server or up to the proxy
 * @param name the requested host, without port
 * @param proxied whether a trusted proxy forwarded the request
 */
record RequestSource(InetSocketAddress remote, boolean secure, String name, boolean proxied) {
    /**
     * The entry of one proxy. Each text may be empty.
     *
     * @param peer the peer that sent the request to the proxy
     * @param proto the protocol of the peer, such as {@code https}
     * @param host the host that the peer requested
     */
    private record Hop(String peer, String proto, String host) {}

    /**
     * Returns the source behind all trusted proxies.
     *
     * @param headers returns all values of a header
     */
    RequestSource seenThrough(TrustedProxies proxies, Function<String, List<String>> headers) {
        if (!proxies.contains(remote.getAddress())) return this;
        var hops = hops(headers);
        if (hops.isEmpty()) return this;
        var client = remote;
        var last = hops.getLast();
        for (var hop : hops.reversed()) {
            var from = address(hop.peer);
            if (from.isEmpty()) break; // "unknown", or a name that hides the address
            last = hop;
            client = new InetSocketAddress(from.get(), 0);
            if (!proxies.contains(from.get())) break;
        }
        return new RequestSource(client, secure || last.proto.equalsIgnoreCase("https"),
                last.host.isEmpty() ? name : withoutPort(last.host), true);
    }

    private static List<Hop> hops(Function<String, List<String>> headers) {
        var standard = list(headers.apply("Forwarded"));
        if (!standard.isEmpty()) return standard.stream()
                .map(hop -> new Hop(parameter(hop, "for"), parameter(hop, "proto"), parameter(hop, "host"))).toList();
        var addresses = list(headers.apply("X-Forwarded-For"));
        var proto = list(headers.apply("X-Forwarded-Proto"));
        var host = list(headers.apply("X-Forwarded-Host"));
        if (addresses.isEmpty() && proto.isEmpty() && host.isEmpty()) return List.of();
        var hops = new ArrayList<Hop>();
        for (String address : addresses.isEmpty() ? List.of("") : addresses)
            hops.add(new Hop(address, last(proto), last(host)));
        return hops;
    }

    private static String last(List<String> all) { return all.isEmpty() ? "" : all.getLast(); }

    private static List<String> list(List<String> values) {
        return values.stream().flatMap(value -> List.of(value.split(",")).stream()).map(String::strip)
                .filter(one -> !one.isEmpty()).toList();
    }

    /** Returns the value of {@code name=value} or {@code name="value"} in a list with semicolons; empty without it. */
    private static String parameter(String hop, String name) {
        for (String pair : hop.split(";")) {
            int equals = pair.indexOf('=');
            if (equals > 0 && pair.substring(0, equals).strip().toLowerCase(Locale.ROOT).equals(name))
                return pair.substring(equals + 1).strip().replace("\"", "");
        }
        return "";
    }

    /** Parses {@code 192.0.2.1}, {@code 192.0.2.1:1234}, {@code 2001:db8::1} or {@code [2001:db8::1]:1234}. */
    private static Optional<InetAddress> address(String text) {
        if (text.startsWith("[")) return TrustedProxies.address(text.substring(1, Math.max(1, text.indexOf(']'))));
        int colon = text.indexOf(':');
        return TrustedProxies.address(colon > 0 && colon == text.lastIndexOf(':') ? text.substring(0, colon) : text);
    }

    static String withoutPort(String authority) {
        int end = authority.startsWith("[") ? authority.indexOf(']') + 1 : authority.indexOf(':');
        return end > 0 ? authority.substring(0, end) : authority;
    }
}
