package im.martlet.websocket;

import im.martlet.config.Default;
import im.martlet.config.Reloadable;
import java.util.List;

/**
 * The section {@code [websocket]}.
 *
 * @param origins whose pages may log in: {@code https://chat.example.org}, or {@code *} for all. Who is no browser says
 * none, and may
 */
public record WebSocketSettings(@Default("true") boolean enabled,
        @Reloadable @Default("[\"*\"]") List<String> origins) {}
