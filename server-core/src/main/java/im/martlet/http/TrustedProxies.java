package im.martlet.http;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** The trusted proxies, from the settings. Any thread. */
final class TrustedProxies {
    /** Allows no names, because Java would look them up. */
    private static final Pattern FORM = Pattern.compile("([0-9a-fA-F:.]+)(?:/(\\d{1,3}))?");

    /**
     * A network of addresses.
     *
     * @param bits the length of the prefix
     */
    record Network(byte[] address, int bits) {
        boolean contains(byte[] other) {
            return other.length == address.length && number(other).equals(number(address));
        }

        private BigInteger number(byte[] bytes) { return new BigInteger(1, bytes).shiftRight(8 * bytes.length - bits); }
    }

    private record Parsed(List<String> texts, List<Network> networks) {}

    private final Supplier<HttpSettings> settings;
    private volatile Parsed parsed = new Parsed(List.of(), List.of());

    TrustedProxies(Supplier<HttpSettings> settings) { this.settings = settings; }

    /** Returns whether an address is a trusted proxy. */
    boolean contains(InetAddress address) {
        var now = settings.get().proxies();
        if (!parsed.texts.equals(now))
            parsed = new Parsed(now, now.stream().flatMap(text -> parse(text).stream()).toList());
        var bytes = address.getAddress();
        return parsed.networks.stream().anyMatch(network -> network.contains(bytes));
    }

    /** Parses an address or a network; empty if the text is neither. */
    static Optional<Network> parse(String text) {
        var m = FORM.matcher(text.strip());
        if (!m.matches()) return Optional.empty();
        var address = address(m.group(1));
        if (address.isEmpty()) return Optional.empty();
        var bytes = address.get().getAddress();
        int bits = m.group(2) == null ? 8 * bytes.length : Integer.parseInt(m.group(2));
        return bits > 8 * bytes.length ? Optional.empty() : Optional.of(new Network(bytes, bits));
    }

    /** Parses a numeric address; empty if the text is none. */
    static Optional<InetAddress> address(String figures) {
        if (!figures.matches("[0-9a-fA-F:.]*[:.][0-9a-fA-F:.]*")) return Optional.empty();
        try {
            return Optional.of(InetAddress.getByName(figures));
        } catch (UnknownHostException none) {
            return Optional.empty();
        }
    }
}
