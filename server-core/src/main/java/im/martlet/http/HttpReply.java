package im.martlet.http;

/** The reply to a request: a response, or a WebSocket. */
public sealed interface HttpReply permits Response, WebSocketUpgrade {}
