package im.martlet.conformance.harness;

import com.google.inject.AbstractModule;
import com.google.inject.multibindings.OptionalBinder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/** A plug-in that replaces the server's clock with one that the test moves. */
public final class SimulatedTimeModule extends AbstractModule {
    /** Begins at the real time, and stands still until a test moves it. */
    public static final class Clock implements InstantSource {
        private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());

        @Override public Instant instant() { return now.get(); }

        public void forward(Duration time) { now.updateAndGet(before -> before.plus(time)); }
    }

    @Override protected void configure() {
        var clock = new Clock();
        bind(Clock.class).toInstance(clock);
        OptionalBinder.newOptionalBinder(binder(), InstantSource.class).setBinding().toInstance(clock);
    }

    public static Clock of(LocalServer server) { return server.server().injector().getInstance(Clock.class); }
}
