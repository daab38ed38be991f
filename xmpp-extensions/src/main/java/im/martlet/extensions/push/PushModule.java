package im.martlet.extensions.push;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.multibindings.Multibinder;
import im.martlet.config.Config;
import im.martlet.extension.Extension;
import jakarta.inject.Singleton;
import java.util.function.Supplier;

/** Installs push notifications. */
public final class PushModule extends AbstractModule {
    @Override protected void configure() {
        Multibinder.newSetBinder(binder(), Extension.class).addBinding().to(Push.class);
    }

    @Provides
    @Singleton Supplier<PushSettings> settings(Config config) {
        PushSettings.check(config);
        return config.live("push", PushSettings.class);
    }
}
