package im.martlet.federation;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.multibindings.Multibinder;
import im.martlet.dns.DnsRecords;
import im.martlet.dns.ServerLookup;
import im.martlet.config.HostPort;
import im.martlet.config.Settings;
import im.martlet.extension.Extension;
import im.martlet.net.Connector;
import im.martlet.routing.PeerStanzas;
import im.martlet.routing.Outside;
import im.martlet.xml.ElementParser;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.function.Supplier;

/** Federation, switched on. */
public final class FederationModule extends AbstractModule {
    private final Supplier<FederationSettings> settings;
    private final Supplier<Map<String, Settings.Host>> hosts;
    private final Trust trust;
    private final Connector connector;

    /**
     * @param settings as they are at any time
     * @param hosts as they are configured at any time
     */
    public FederationModule(Supplier<FederationSettings> settings, Supplier<Map<String, Settings.Host>> hosts, Trust trust, Connector connector) {
        this.settings = settings;
        this.hosts = hosts;
        this.trust = trust;
        this.connector = connector;
    }

    @Override protected void configure() {
        bind(Outside.class).to(Federation.class);
        bind(Connector.class).toInstance(connector);
        bind(OpenStreams.class).toInstance(new OpenStreams());
        Multibinder.newSetBinder(binder(), Extension.class).addBinding().to(FederationCommands.class);
    }

    @Provides @Singleton ServerStreams streams(PeerStanzas inbound, Verifications verifications, OpenStreams open) {
        return new ServerStreams(settings, new Policy(hosts, settings), trust, new DialbackKeys(), inbound, verifications, open, new ElementParser());
    }

    @Provides @Singleton ServerLookup lookup() {
        return new ServerLookup(new DnsRecords(settings.get().dns().stream().map(HostPort::address).toList(), settings.get().timeout().dividedBy(4)), () -> settings.get().endpoints());
    }
}
