package im.martlet.extensions.bosh;

import im.martlet.config.Default;
import im.martlet.config.Range;
import im.martlet.config.Reloadable;
import java.time.Duration;
import java.util.List;

/**
 * The section {@code [bosh]}.
 *
 * @param origins whose pages may log in: {@code https://chat.example.org}, or {@code *} for all. Who is no browser says
 * none, and may
 * @param longestWait how long a request waits for something to come, at most
 * @param inactivity how long a client may have no request here
 * @param pause how long it may, if it says so before
 * @param polling how often a client may ask that waits for nothing
 */
public record BoshSettings(@Default("true") boolean enabled, @Reloadable @Default("[\"*\"]") List<String> origins,
        @Reloadable @Default("\"60s\"") @Range(min = 1, max = 300) Duration longestWait,
        @Reloadable @Default("\"60s\"") @Range(min = 1) Duration inactivity,
        @Reloadable @Default("\"2m\"") @Range(min = 1) Duration pause,
        @Reloadable @Default("\"2s\"") Duration polling) {}
