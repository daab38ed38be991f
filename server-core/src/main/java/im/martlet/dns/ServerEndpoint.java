package im.martlet.dns;

/**
 * A host and port where a server listens.
 *
 * @param host name in ASCII, or an address
 * @param port TCP port
 * @param tls whether TLS begins with the first byte
 */
public record ServerEndpoint(String host, int port, boolean tls) {
    /**
     * Reads {@code host:port} or {@code tls://host:port}; throws {@link IllegalArgumentException} for anything else.
     */
    public static ServerEndpoint parse(String text) {
        boolean tls = text.startsWith("tls://");
        String rest = tls ? text.substring(6) : text;
        int colon = rest.lastIndexOf(':');
        if (colon < 1 || !rest.substring(colon + 1).matches("[1-9]\\d{0,4}"))
            throw new IllegalArgumentException("'" + text + "' is not \"host:port\" or \"tls://host:port\"");
        return new ServerEndpoint(rest.substring(0, colon), Integer.parseInt(rest.substring(colon + 1)), tls);
    }

    @Override public String toString() { return (tls ? "tls://" : "") + host + ":" + port; }
}
