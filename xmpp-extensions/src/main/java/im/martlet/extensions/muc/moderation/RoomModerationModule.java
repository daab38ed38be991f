package im.martlet.extensions.muc.moderation;

import com.google.inject.AbstractModule;
import com.google.inject.multibindings.Multibinder;
import im.martlet.extensions.muc.RoomFeature;

/** Binds moderation of messages in rooms. */
public final class RoomModerationModule extends AbstractModule {
    @Override protected void configure() {
        Multibinder.newSetBinder(binder(), RoomFeature.class).addBinding().to(ModerationRequests.class);
    }
}
