/**
 * Health and metrics for programs on this machine: {@code /health/live}, {@code /health/ready}, {@code /metrics}.
 * Metrics are read from their source for each request. Only this package knows Micrometer and Prometheus. Requests run
 * on virtual threads.
 */
@NullMarked
package im.martlet.metrics;

import org.jspecify.annotations.NullMarked;
