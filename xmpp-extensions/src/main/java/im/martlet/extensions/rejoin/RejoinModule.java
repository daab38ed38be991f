package im.martlet.extensions.rejoin;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.multibindings.Multibinder;
import im.martlet.config.Config;
import im.martlet.extension.Extension;
import jakarta.inject.Singleton;
import java.util.function.Supplier;

/** The bindings of automatic rejoining of remote rooms. */
public final class RejoinModule extends AbstractModule {
    @Override protected void configure() {
        Multibinder.newSetBinder(binder(), Extension.class).addBinding().to(RoomRejoin.class);
    }

    @Provides
    @Singleton Supplier<RejoinSchedule.Settings> settings(Config config) {
        return config.live("rejoin", RejoinSchedule.Settings.class);
    }
}
