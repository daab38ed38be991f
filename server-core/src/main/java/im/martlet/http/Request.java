package im.martlet.http;

import im.martlet.net.Transport;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * A request, as the handler of a route sees it. Facts that a proxy states count only if the settings trust the proxy.
 */
public interface Request {
    /** Returns the method in capitals. HEAD appears as GET, and OPTIONS never reaches a handler. */
    String method();

    /** Returns the path from the first "/", decoded and with resolved dots. */
    String path();

    /** Returns the part of the path behind the path of the route; empty if the two are equal. */
    String rest();

    /** Returns the first value of a parameter in the query, decoded; empty if the query lacks it. */
    Optional<String> parameter(String name);

    /** Returns the first value of a header; empty if the request lacks it. */
    Optional<String> header(String name);

    /** Returns the served domain that the request is for. */
    String host();

    /** Returns the address of the client. */
    InetSocketAddress remote();

    /** Returns the TLS session between client and server; empty without TLS and behind a proxy. */
    Optional<Transport.TlsSession> tls();

    /** Returns whether TLS protects the request up to the server or up to a trusted proxy. */
    boolean isSecure();

    /** Returns the data that binds authentication to the TLS channel; empty if the channel lacks it. */
    Optional<byte[]> channelBinding(Transport.ChannelBinding type);

    /** Returns the bytes of the body; -1 if the client did not state the length. */
    long length();

    /**
     * Returns the body. Bytes that the handler does not read stay with the client. Reading throws {@link HttpException}
     * with 413 if the body is larger than the route allows, and with 408 if it comes too slowly.
     */
    InputStream body();
}
