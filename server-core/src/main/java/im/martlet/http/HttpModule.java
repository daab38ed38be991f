package im.martlet.http;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import im.martlet.routing.Hosts;
import jakarta.inject.Singleton;
import java.util.function.Supplier;

/** What extensions may ask about HTTP. */
public final class HttpModule extends AbstractModule {
    private final Supplier<HttpSettings> settings;

    /** @param settings as they are now */
    public HttpModule(Supplier<HttpSettings> settings) { this.settings = settings; }

    @Provides @Singleton PublicUrls urls(Hosts hosts) { return new PublicUrls(settings, hosts::names); }
}
