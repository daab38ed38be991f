package im.martlet.http;

import java.util.function.Function;

/**
 * An answer that makes a WebSocket of the connection (RFC 6455; over HTTP/2, RFC 8441). A client that asked for none,
 * or not for this protocol, is told so.
 *
 * @param protocol the subprotocol that is spoken (§1.9)
 * @param opened called once it is open; who is returned hears of everything from then on
 */
public record WebSocketUpgrade(String protocol, Function<TextWebSocket, TextWebSocket.Listener> opened)
        implements HttpReply {}
