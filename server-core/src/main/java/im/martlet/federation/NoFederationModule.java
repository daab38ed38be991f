package im.martlet.federation;

import com.google.inject.AbstractModule;
import im.martlet.routing.RemoteRoutes;

/** Federation, switched off: nothing is outside. */
public final class NoFederationModule extends AbstractModule {
    @Override protected void configure() { bind(RemoteRoutes.class).to(RemoteRoutes.Nowhere.class); }
}
