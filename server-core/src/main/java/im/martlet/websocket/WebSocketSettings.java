package im.martlet.websocket;

import im.martlet.config.Default;
import im.martlet.config.Live;
import java.util.List;

/**
 * The section {@code [websocket]}.
 *
 * @param origins whose pages may log in: {@code https://chat.example.org}, or {@code *} for all. Who is no browser says none, and may
 */
public record WebSocketSettings(@Default("true") boolean enabled, @Live @Default("[\"*\"]") List<String> origins) {}
