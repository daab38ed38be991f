package im.martlet.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * Who sends a request, and to whom: what the connection says, or what the proxies say that we believe (RFC 7239, or the
 * headers that were there before it). Anybody can write such headers; the last entry is by whom we are connected to,
 * and who is named in it is believed only if it is a proxy of ours, too.
 *
 * @param secure whether TLS protects the request, up to us or up to the proxy
 * @param name of the host that is asked, without port
 * @param proxied whether somebody is between
 */
record RequestSource(InetSocketAddress remote, boolean secure, String name, boolean proxied) {
    /** @param by what the next on the way says of whom it came from; each may be empty */
    private record Hop(String by, String proto, String host) {}

    /** @param headers all values of one, by its name */
    RequestSource seenThrough(TrustedProxies proxies, Function<String, List<String>> headers) {
        if (!proxies.isOne(remote.getAddress())) return this;
        var hops = hops(headers);
        if (hops.isEmpty()) return this;
        var client = remote;
        var last = hops.getLast();
        for (var hop : hops.reversed()) {
            var from = address(hop.by);
            if (from.isEmpty()) break; // "unknown", or a name that hides it
            last = hop;
            client = new InetSocketAddress(from.get(), 0);
            if (!proxies.isOne(from.get())) break;
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

    /** The value of {@code name=value} or {@code name="value"} among those between semicolons. */
    private static String parameter(String hop, String name) {
        for (String pair : hop.split(";")) {
            int equals = pair.indexOf('=');
            if (equals > 0 && pair.substring(0, equals).strip().toLowerCase(Locale.ROOT).equals(name))
                return pair.substring(equals + 1).strip().replace("\"", "");
        }
        return "";
    }

    /** {@code 192.0.2.1}, {@code 192.0.2.1:1234}, {@code 2001:db8::1}, {@code [2001:db8::1]:1234}. */
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
