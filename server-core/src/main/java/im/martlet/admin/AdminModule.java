package im.martlet.admin;

import com.google.inject.AbstractModule;
import com.google.inject.multibindings.Multibinder;
import im.martlet.extension.Extension;

/** The admin commands of the core. */
public final class AdminModule extends AbstractModule {
    @Override protected void configure() {
        var extensions = Multibinder.newSetBinder(binder(), Extension.class);
        extensions.addBinding().to(UserCommands.class);
        extensions.addBinding().to(DeleteCommand.class);
        extensions.addBinding().to(SessionCommands.class);
        extensions.addBinding().to(TokenCommands.class);
        extensions.addBinding().to(ServerCommands.class);
    }
}
