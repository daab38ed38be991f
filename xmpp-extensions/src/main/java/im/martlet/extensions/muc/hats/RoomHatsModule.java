package im.martlet.extensions.muc.hats;

import com.google.inject.AbstractModule;
import com.google.inject.multibindings.Multibinder;
import im.martlet.extensions.muc.RoomFeature;

/** Binds the hats of rooms. */
public final class RoomHatsModule extends AbstractModule {
    @Override protected void configure() {
        Multibinder.newSetBinder(binder(), RoomFeature.class).addBinding().to(HatCommands.class);
    }
}
