package im.martlet.extensions.push;

import im.martlet.dns.PublicAddresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;

/**
 * Where a push service takes messages for a browser. Whoever registers one says where that is, so it is no way into the
 * networks that this server is in: it is HTTPS, and at an address of the internet, which is looked at each time. Should
 * a name change its address between that and the connection, then whoever is there would have to show a certificate for
 * that name first.
 */
record WebPushEndpoint(URI uri) {
    private static final int LONGEST = 2000;
    private static final String AUTHORITY = "[A-Za-z0-9.\\[\\]:_-]+";

    /** Reads one. @throws IllegalArgumentException when it is none; says why */
    static WebPushEndpoint parse(String text) {
        if (text.length() > LONGEST)
            throw new IllegalArgumentException("an endpoint has at most " + LONGEST + " letters");
        var uri = URI.create(text);
        boolean right = "https".equals(uri.getScheme()) && uri.getHost() != null && uri.getRawUserInfo() == null
                && uri.getRawFragment() == null && uri.getRawAuthority().matches(AUTHORITY);
        if (!right) throw new IllegalArgumentException("an endpoint is a URL with https");
        return new WebPushEndpoint(uri);
    }

    /**
     * Sees to it that it may be asked for; blocks, on DNS. @throws IllegalArgumentException when it may not; @throws
     * IOException when it cannot be found now
     */
    void check() throws IOException {
        var host =
                uri.getHost().startsWith("[") ? uri.getHost().substring(1, uri.getHost().length() - 1) : uri.getHost();
        for (InetAddress address : InetAddress.getAllByName(host))
            if (!PublicAddresses.has(address))
                throw new IllegalArgumentException(host + " is at an address that is not of the internet");
    }
}
