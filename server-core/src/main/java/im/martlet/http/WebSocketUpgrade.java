package im.martlet.http;

import java.util.function.Function;

/**
 * A reply that turns the connection into a WebSocket (RFC 6455; over HTTP/2, RFC 8441). A client that did not request a
 * WebSocket, or not with this subprotocol, gets an error.
 *
 * @param protocol the subprotocol (§1.9)
 * @param opened called with the open WebSocket; returns the listener for its events
 */
public record WebSocketUpgrade(String protocol, Function<TextWebSocket, TextWebSocket.Listener> opened)
        implements HttpReply {}
