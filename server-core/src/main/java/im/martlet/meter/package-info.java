/**
 * The declarations of the numbers that the server counts and measures. A meter is read for each request for
 * {@code /metrics}. This package knows neither HTTP nor Prometheus. Any thread.
 */
@NullMarked
package im.martlet.meter;

import org.jspecify.annotations.NullMarked;
