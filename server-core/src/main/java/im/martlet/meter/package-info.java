/**
 * Declares what the server counts and measures. A meter is read when somebody asks for {@code /metrics}; this package
 * knows neither HTTP nor Prometheus. Any thread.
 */
@NullMarked
package im.martlet.meter;

import org.jspecify.annotations.NullMarked;
