package im.martlet.net;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * The origin of connections, for limits: one address of IPv4, or a whole /64 of IPv6, because a peer with one address
 * there has all of them (RFC 4291 §2.5.4).
 *
 * @param first the first address of the network
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
            throw new IllegalStateException("the address has a wrong length", e);
        }
    }
}
