/**
 * Health and numbers, for programs on this machine: {@code /health/live}, {@code /health/ready}, {@code /metrics}.
 * Numbers are read where the facts are, when somebody asks. The only package that knows Micrometer and Prometheus.
 * Asked on virtual threads.
 */
@NullMarked
package im.martlet.metrics;

import org.jspecify.annotations.NullMarked;
