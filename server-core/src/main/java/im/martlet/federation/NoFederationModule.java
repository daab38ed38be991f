package im.martlet.federation;

import com.google.inject.AbstractModule;
import im.martlet.routing.RemoteRoutes;

/** Binds no federation: stanzas for remote domains are refused. */
public final class NoFederationModule extends AbstractModule {
    @Override protected void configure() { bind(RemoteRoutes.class).to(RemoteRoutes.Nowhere.class); }
}
