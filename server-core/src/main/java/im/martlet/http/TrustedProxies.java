package im.martlet.http;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** The proxies that are believed. */
final class TrustedProxies {
    private static final Pattern FORM = Pattern.compile("([0-9a-fA-F:.]+)(?:/(\\d{1,3}))?"); // never a name, which would be looked up

    /** @param bits that count */
    record Network(byte[] address, int bits) {
        boolean contains(byte[] other) {
            return other.length == address.length && number(other).equals(number(address));
        }

        private BigInteger number(byte[] bytes) { return new BigInteger(1, bytes).shiftRight(8 * bytes.length - bits); }
    }

    private record Parsed(List<String> from, List<Network> networks) {}

    private final Supplier<HttpSettings> settings;
    private volatile Parsed parsed = new Parsed(List.of(), List.of());

    TrustedProxies(Supplier<HttpSettings> settings) { this.settings = settings; }

    boolean isOne(InetAddress address) {
        var now = settings.get().proxies();
        if (!parsed.from.equals(now))
            parsed = new Parsed(now, now.stream().flatMap(text -> parse(text).stream()).toList());
        var bytes = address.getAddress();
        return parsed.networks.stream().anyMatch(network -> network.contains(bytes));
    }

    /** Empty when it is neither an address nor a network. */
    static Optional<Network> parse(String text) {
        var m = FORM.matcher(text.strip());
        if (!m.matches()) return Optional.empty();
        var address = address(m.group(1));
        if (address.isEmpty()) return Optional.empty();
        var bytes = address.get().getAddress();
        int bits = m.group(2) == null ? 8 * bytes.length : Integer.parseInt(m.group(2));
        return bits > 8 * bytes.length ? Optional.empty() : Optional.of(new Network(bytes, bits));
    }

    /** An address in figures; empty when it is none. */
    static Optional<InetAddress> address(String figures) {
        if (!figures.matches("[0-9a-fA-F:.]*[:.][0-9a-fA-F:.]*")) return Optional.empty();
        try {
            return Optional.of(InetAddress.getByName(figures));
        } catch (UnknownHostException none) {
            return Optional.empty();
        }
    }
}
