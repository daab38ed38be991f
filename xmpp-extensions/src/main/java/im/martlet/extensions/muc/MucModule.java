package im.martlet.extensions.muc;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.multibindings.Multibinder;
import im.martlet.config.Config;
import im.martlet.extension.Extension;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.function.Supplier;

/** What rooms are made of. */
public final class MucModule extends AbstractModule {
    @Override protected void configure() {
        var extensions = Multibinder.newSetBinder(binder(), Extension.class);
        for (var extension : List.of(MultiUserChat.class, RoomMaintenance.class)) extensions.addBinding().to(extension);
        var queries = Multibinder.newSetBinder(binder(), RoomQuery.class);
        queries.addBinding().to(RoomDisco.class);
        for (var query : List.of(RoomArchiveQueries.class, AdminRequests.class, OwnerRequests.class,
                RoomRegistration.class, RoomVCards.class, ModerationRequests.class, HatCommands.class, RoomPing.class))
            queries.addBinding().to(query);
    }

    @Provides
    @Singleton Supplier<RoomSettings> settings(Config config) {
        return config.live("rooms", RoomSettings.class);
    }
}
