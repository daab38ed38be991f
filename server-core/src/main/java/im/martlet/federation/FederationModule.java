package im.martlet.federation;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.multibindings.Multibinder;
import im.martlet.config.HostPort;
import im.martlet.config.Settings;
import im.martlet.dns.DnsjavaResolver;
import im.martlet.dns.DnssecRecords;
import im.martlet.dns.ServerLookup;
import im.martlet.extension.Extension;
import im.martlet.net.Connector;
import im.martlet.routing.PeerStanzas;
import im.martlet.routing.RemoteRoutes;
import im.martlet.xml.ElementParser;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Binds federation. */
public final class FederationModule extends AbstractModule {
    private static final int HTTPS = 443;

    private final Supplier<FederationSettings> settings;
    private final Supplier<Map<String, Settings.Host>> hosts;
    private final CertificateTrust trust;
    private final Connector connector;

    /**
     * @param settings current settings
     * @param hosts hosts as they are configured now
     * @param trust authorities that certify remote servers
     * @param connector opens connections to remote servers
     */
    public FederationModule(Supplier<FederationSettings> settings, Supplier<Map<String, Settings.Host>> hosts,
            CertificateTrust trust, Connector connector) {
        this.settings = settings;
        this.hosts = hosts;
        this.trust = trust;
        this.connector = connector;
    }

    @Override protected void configure() {
        bind(RemoteRoutes.class).to(Federation.class);
        bind(Connector.class).toInstance(connector);
        bind(OpenServerStreams.class).toInstance(new OpenServerStreams());
        Multibinder.newSetBinder(binder(), Extension.class).addBinding().to(FederationCommands.class);
    }

    @Provides
    @Singleton ServerStreams streams(Provider<Federation> federation, ServerLookup lookup, PeerStanzas inbound,
            DialbackVerifications verifications, OpenServerStreams open) {
        return new ServerStreams(settings, new FederationPolicy(hosts, settings),
                new CertificateTrustCache(trust, proofs(lookup)), new DialbackKeys(), inbound, verifications, open,
                new ElementParser(), pair -> federation.get().alive(pair));
    }

    /** Returns the proofs of certificates besides authorities. The settings may switch each on and off. */
    private Supplier<List<CertificateProof>> proofs(ServerLookup lookup) {
        var dane = new DaneProof(signedRecords());
        var posh = new PoshProof(lookup, trust.forWeb(), HTTPS);
        return () -> Stream.of(dane, posh)
                .filter(proof -> proof == dane ? settings.get().dane() : settings.get().posh())
                .toList();
    }

    private DnssecRecords signedRecords() {
        try (var root = keys()) {
            return new DnssecRecords(settings.get().dns().stream().map(HostPort::address).toList(), root,
                    settings.get().timeout().dividedBy(12));
        } catch (IOException e) {
            throw new IllegalStateException("the root keys of DNSSEC cannot be read: " + e.getMessage(), e);
        }
    }

    private InputStream keys() throws IOException {
        var own = settings.get().dnssec();
        return own.isPresent() ? Files.newInputStream(own.get()) : DnssecRecords.root();
    }

    @Provides
    @Singleton ServerLookup lookup() {
        return new ServerLookup(
                new DnsjavaResolver(settings.get().dns().stream().map(HostPort::address).toList(),
                        settings.get().timeout().dividedBy(4)),
                () -> settings.get().endpoints(), () -> settings.get().privateAddresses());
    }
}
