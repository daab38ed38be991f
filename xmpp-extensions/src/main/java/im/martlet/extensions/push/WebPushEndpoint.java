package im.martlet.extensions.push;

import im.martlet.dns.PublicAddresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;

/**
 * The URL at which a push service accepts messages for a browser. Clients choose it, so it must not lead into the
 * server's own networks. It must use HTTPS, and each use checks that its address is of the internet. If the name gets
 * another address between that check and the connection, the host there still needs a certificate for the name.
 */
record WebPushEndpoint(URI uri) {
    private static final int LONGEST = 2000; // characters
    private static final String AUTHORITY = "[A-Za-z0-9.\\[\\]:_-]+";

    /**
     * Reads an endpoint.
     *
     * @throws IllegalArgumentException if the text is not a valid endpoint; the message says why
     */
    static WebPushEndpoint parse(String text) {
        if (text.length() > LONGEST)
            throw new IllegalArgumentException("an endpoint may have at most " + LONGEST + " characters");
        var uri = URI.create(text);
        boolean valid = "https".equals(uri.getScheme()) && uri.getHost() != null && uri.getRawUserInfo() == null
                && uri.getRawFragment() == null && uri.getRawAuthority().matches(AUTHORITY);
        if (!valid) throw new IllegalArgumentException("an endpoint must be a URL with https");
        return new WebPushEndpoint(uri);
    }

    /**
     * Checks that all addresses of the host are of the internet. Blocks on DNS.
     *
     * @throws IllegalArgumentException if one is not
     * @throws IOException if DNS does not resolve the name now
     */
    void check() throws IOException {
        var host =
                uri.getHost().startsWith("[") ? uri.getHost().substring(1, uri.getHost().length() - 1) : uri.getHost();
        for (InetAddress address : InetAddress.getAllByName(host))
            if (!PublicAddresses.has(address))
                throw new IllegalArgumentException(host + " is at an address that is not of the internet");
    }
}
