package im.martlet.extensions.bosh;

import im.martlet.config.Default;
import im.martlet.config.Range;
import im.martlet.config.Reloadable;
import java.time.Duration;
import java.util.List;

/**
 * The section {@code [bosh]}.
 *
 * @param enabled whether the server accepts BOSH
 * @param origins origins with web pages that may log in: {@code https://chat.example.org}, or {@code *} for all. A
 * client outside a browser sends no origin and is always allowed
 * @param longestWait longest time for which the server holds a request
 * @param inactivity longest time without a request, after which the session ends
 * @param pause longest pause that a client may ask for
 * @param polling shortest time between two requests of a client that only polls
 */
public record BoshSettings(@Default("true") boolean enabled, @Reloadable @Default("[\"*\"]") List<String> origins,
        @Reloadable @Default("\"60s\"") @Range(min = 1, max = 300) Duration longestWait,
        @Reloadable @Default("\"60s\"") @Range(min = 1) Duration inactivity,
        @Reloadable @Default("\"2m\"") @Range(min = 1) Duration pause,
        @Reloadable @Default("\"2s\"") Duration polling) {}
