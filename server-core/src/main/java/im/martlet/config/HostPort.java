package im.martlet.config;

import java.net.InetSocketAddress;
import java.util.regex.Pattern;

/** An address with a port: {@code "127.0.0.1:5222"}, {@code "[::1]:5222"}, or {@code "5222"} for all addresses. */
public record HostPort(String host, int port) {
    private static final Pattern FORM = Pattern.compile("(?:(?:\\[([0-9A-Fa-f:.]+)]|([^:\\[\\]]+)):)?(\\d{1,5})");

    static HostPort parse(String text) {
        var m = FORM.matcher(text.strip());
        if (!m.matches() || Integer.parseInt(m.group(3)) > 65535)
            throw new IllegalArgumentException("an address with a port, such as \"127.0.0.1:5222\" or \"5222\"");
        String host = m.group(1) != null ? m.group(1) : m.group(2) != null ? m.group(2) : "";
        return new HostPort(host, Integer.parseInt(m.group(3)));
    }

    public InetSocketAddress address() {
        return host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(host, port);
    }
}
