package im.martlet.extensions.muc;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.multibindings.Multibinder;
import im.martlet.config.Config;
import im.martlet.extension.Extension;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.function.Supplier;

/** Binds rooms and the features that belong to rooms themselves. Other features bind themselves. */
public final class MucModule extends AbstractModule {
    @Override protected void configure() {
        var extensions = Multibinder.newSetBinder(binder(), Extension.class);
        for (var extension : List.of(MultiUserChat.class, RoomMaintenance.class)) extensions.addBinding().to(extension);
        var features = Multibinder.newSetBinder(binder(), RoomFeature.class);
        features.addBinding().to(RoomDisco.class);
        for (var feature : List.of(ActivityIndicator.class, AdminRequests.class, ChannelSearch.class,
                OwnerRequests.class, RoomAdHocCommands.class, RoomArchiveQueries.class, RoomDirectory.class,
                RoomPing.class, RoomRegistration.class, RoomRetractions.class))
            features.addBinding().to(feature);
    }

    @Provides
    @Singleton Supplier<RoomSettings> settings(Config config) {
        return config.live("rooms", RoomSettings.class);
    }
}
