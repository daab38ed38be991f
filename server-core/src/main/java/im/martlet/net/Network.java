package im.martlet.net;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * What counts as one place that connections come from: an address of IPv4, but a whole /64 of IPv6, since who has one
 * address of that has all of them (RFC 4291 §2.5.4).
 *
 * @param first its first address
 */
public record Network(InetAddress first) {
    private static final int PREFIX_BYTES = 8;

    public Network {
        if (first instanceof Inet6Address) first = prefix(first.getAddress());
    }

    private static InetAddress prefix(byte[] address) {
        Arrays.fill(address, PREFIX_BYTES, address.length, (byte) 0);
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of a wrong length", e);
        }
    }
}
