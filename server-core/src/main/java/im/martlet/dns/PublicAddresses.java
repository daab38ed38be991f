package im.martlet.dns;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** Distinguishes public addresses of the internet from private, local and reserved ones (RFC 6890). */
public final class PublicAddresses {
    private PublicAddresses() {}

    /** Returns whether an address is public: a connection to it does not lead into a private network. */
    public static boolean has(InetAddress address) {
        if (address.isAnyLocalAddress() || address.isLoopbackAddress() || address.isLinkLocalAddress()
                || address.isSiteLocalAddress() || address.isMulticastAddress())
            return false;
        return address instanceof Inet6Address ? hasIpv6(address.getAddress()) : has(address.getAddress());
    }

    private static boolean has(byte[] a) {
        int first = a[0] & 0xff;
        int second = a[1] & 0xff;
        if (first == 0 || first >= 240) return false;
        return switch (first) {
            case 100 -> second < 64 || second > 127; // RFC 6598
            case 192 -> !(second == 0 && (a[2] == 0 || a[2] == 2)); // RFC 6890, RFC 5737
            case 198 -> second != 18 && second != 19 && !(second == 51 && a[2] == 100); // RFC 2544, RFC 5737
            case 203 -> !(second == 0 && a[2] == 113);
            default -> true;
        };
    }

    private static boolean hasIpv6(byte[] a) {
        if ((a[0] & 0xfe) == 0xfc) return false; // RFC 4193
        if (a[0] == 0x20 && a[1] == 0x01 && a[2] == 0x0d && (a[3] & 0xff) == 0xb8) return false; // RFC 3849
        if (a[0] == 0x20 && a[1] == 0x02) return hasIpv4At(a, 2); // 6to4 (RFC 3056)
        boolean translated = a[0] == 0 && a[1] == 0x64 && (a[2] & 0xff) == 0xff && (a[3] & 0xff) == 0x9b; // RFC 6052
        boolean compatible = java.util.stream.IntStream.range(0, 12).allMatch(i -> a[i] == 0); // RFC 4291 §2.5.5.1
        return translated || compatible ? hasIpv4At(a, 12) : true;
    }

    private static boolean hasIpv4At(byte[] a, int from) {
        try {
            return has(InetAddress.getByAddress(Arrays.copyOfRange(a, from, from + 4)));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
