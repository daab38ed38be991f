package im.martlet.metrics;

import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.Kernel;
import im.martlet.http.HttpReply;
import im.martlet.http.Request;
import im.martlet.http.Response;
import im.martlet.http.Route;
import im.martlet.meter.Meter;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers {@code /metrics} for Prometheus with the values of all {@link Meter}s and of the JVM. */
@Singleton
public final class MetricsPage implements Extension {
    private static final Logger LOG = LoggerFactory.getLogger(MetricsPage.class);
    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private final Provider<Kernel> kernel; // a provider, because the kernel needs this extension
    private final JvmGcMetrics gc = new JvmGcMetrics();

    @Inject MetricsPage(Provider<Kernel> kernel) { this.kernel = kernel; }

    @Override public List<Hook> hooks() {
        return List.of(Hook.route(Route.local("/metrics", new Page(kernel)::answer)),
                new Hook.Background(() -> {}, gc::close));
    }

    /** The page. Its registry is created at the first request, so that unused metrics cost nothing. */
    private final class Page {
        private final Provider<Kernel> kernel;
        private volatile PrometheusMeterRegistry registry; // null until the first request

        Page(Provider<Kernel> kernel) { this.kernel = kernel; }

        HttpReply answer(Request request) {
            return Response.of(TEXT, registry().scrape(TEXT).getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }

        private synchronized PrometheusMeterRegistry registry() {
            if (registry != null) return registry;
            var fresh = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
            List.of(new JvmMemoryMetrics(), gc, new JvmThreadMetrics(), new ProcessorMetrics(), new UptimeMetrics(),
                    new FileDescriptorMetrics()).forEach(binder -> binder.bindTo(fresh));
            kernel.get().meters()
                    .forEach(meter -> fresh.getPrometheusRegistry().register((Collector) () -> snapshot(meter)));
            registry = fresh;
            return fresh;
        }
    }

    private static MetricSnapshot snapshot(Meter meter) {
        var samples = samples(meter);
        return switch (meter.kind()) {
            case GAUGE -> {
                var all = GaugeSnapshot.builder().name(meter.name()).help(meter.help());
                for (var s : samples) all.dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder()
                        .labels(labels(meter, s)).value(s.value()).build());
                yield all.build();
            }
            case COUNTER -> {
                var all = CounterSnapshot.builder().name(meter.name()).help(meter.help());
                for (var s : samples) all.dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                        .labels(labels(meter, s)).value(s.value()).build());
                yield all.build();
            }
        };
    }

    /** Reads a meter. If it fails, the page has no values for it, but all others. */
    private static List<Meter.Sample> samples(Meter meter) {
        try {
            return meter.samples().get();
        } catch (RuntimeException e) {
            LOG.warn("/metrics leaves out {}, because reading it failed: {}", meter.name(), e.getMessage());
            return List.of();
        }
    }

    private static Labels labels(Meter meter, Meter.Sample sample) {
        return Labels.of(meter.labels(), sample.labels());
    }
}
