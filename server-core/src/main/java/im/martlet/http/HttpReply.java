package im.martlet.http;

/** What becomes of a request. */
public sealed interface HttpReply permits Response, WebSocketUpgrade {}
