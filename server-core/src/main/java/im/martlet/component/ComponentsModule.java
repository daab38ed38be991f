package im.martlet.component;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.multibindings.Multibinder;
import im.martlet.config.Config;
import im.martlet.extension.Extension;
import im.martlet.routing.ComponentRoutes;
import jakarta.inject.Singleton;
import java.util.SequencedMap;
import java.util.function.Supplier;

/** Binds external components. */
public final class ComponentsModule extends AbstractModule {
    private final Config config;

    public ComponentsModule(Config config) { this.config = config; }

    @Override protected void configure() {
        bind(ComponentRoutes.class).to(Components.class);
        Multibinder.newSetBinder(binder(), Extension.class).addBinding().to(ComponentCommands.class);
    }

    @Provides
    @Singleton Supplier<SequencedMap<String, ComponentSettings>> settings() {
        return ComponentSettings.of(config);
    }
}
