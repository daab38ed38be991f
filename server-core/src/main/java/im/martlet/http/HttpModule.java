package im.martlet.http;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import im.martlet.config.Hosts;
import im.martlet.net.TlsSettings;
import jakarta.inject.Singleton;
import java.util.function.Supplier;

/** Provides extensions with the URLs of the hosts and the TLS settings. */
public final class HttpModule extends AbstractModule {
    private final Supplier<HttpSettings> settings;
    private final TlsSettings tls;

    /** @param settings the current settings; read for each use, because a reload may change them */
    public HttpModule(Supplier<HttpSettings> settings, TlsSettings tls) {
        this.settings = settings;
        this.tls = tls;
    }

    @Override protected void configure() { bind(TlsSettings.class).toInstance(tls); }

    @Provides
    @Singleton PublicUrls urls(Hosts hosts) { return new PublicUrls(settings, hosts::names); }
}
