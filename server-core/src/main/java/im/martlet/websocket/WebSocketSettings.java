package im.martlet.websocket;

import im.martlet.config.Default;
import im.martlet.config.Reloadable;
import java.util.List;

/**
 * The section {@code [websocket]}.
 *
 * @param enabled whether clients may connect over WebSockets
 * @param origins the origins of web pages that may connect, such as {@code https://chat.example.org}; {@code *} for
 * all. A client that is no browser sends no origin and may always connect
 */
public record WebSocketSettings(@Default("true") boolean enabled,
        @Reloadable @Default("[\"*\"]") List<String> origins) {}
