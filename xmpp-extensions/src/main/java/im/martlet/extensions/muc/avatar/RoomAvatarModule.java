package im.martlet.extensions.muc.avatar;

import com.google.inject.AbstractModule;
import com.google.inject.multibindings.Multibinder;
import im.martlet.extensions.muc.RoomFeature;

/** Binds the avatars of rooms. */
public final class RoomAvatarModule extends AbstractModule {
    @Override protected void configure() {
        Multibinder.newSetBinder(binder(), RoomFeature.class).addBinding().to(RoomVCards.class);
    }
}
