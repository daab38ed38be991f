package im.martlet.http;

import im.martlet.net.Transport;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * A request, as whoever answers it sees it. What a proxy says of it is believed if the proxy is one that is configured.
 */
public interface Request {
    /** In capitals; never HEAD, which is a GET whose body is not sent, nor OPTIONS. */
    String method();

    /** Decoded and without dots, from the first "/". */
    String path();

    /** What of the path follows that of the route; empty when that is all. */
    String rest();

    /** The first value of a parameter in the query, decoded; empty when it has none of that name. */
    Optional<String> parameter(String name);

    /** The value of a header; of several, the first. */
    Optional<String> header(String name);

    /** The domain that is served and that the request is for. */
    String host();

    /** Where the client is. */
    InetSocketAddress remote();

    /** What TLS between us and the client agreed on; empty without, and behind a proxy. */
    Optional<Transport.TlsSession> tls();

    /** Whether TLS protects the client, up to us or up to the proxy that we believe. */
    boolean isSecure();

    /** Data that binds authentication to the TLS channel; empty when there is none to us. */
    Optional<byte[]> channelBinding(Transport.ChannelBinding type);

    /** Bytes of the body; -1 when it is sent in pieces and nobody knows. */
    long length();

    /**
     * The body, read as it comes: what nobody reads stays with the client. Reading throws {@link HttpException} with
     * 413 when it is larger than the route allows, and with 408 when it comes too slowly.
     */
    InputStream body();
}
