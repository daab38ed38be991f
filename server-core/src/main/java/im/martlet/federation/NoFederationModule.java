package im.martlet.federation;

import com.google.inject.AbstractModule;
import im.martlet.routing.Outside;

/** Federation, switched off: nothing is outside. */
public final class NoFederationModule extends AbstractModule {
    @Override protected void configure() { bind(Outside.class).to(Outside.Nowhere.class); }
}
