package im.martlet.server;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Module;
import com.google.inject.Stage;
import im.martlet.account.SessionTermination;
import im.martlet.admin.AdminApi;
import im.martlet.admin.AdminModule;
import im.martlet.admin.ServerCommands;
import im.martlet.component.Components;
import im.martlet.component.ComponentsModule;
import im.martlet.config.Config;
import im.martlet.config.ConfigException;
import im.martlet.config.HostPort;
import im.martlet.config.Settings;
import im.martlet.crypto.OpenSslProvider;
import im.martlet.dns.DnsSelfCheck;
import im.martlet.dns.DnsjavaResolver;
import im.martlet.dns.ServerLookup;
import im.martlet.extension.AdminException;
import im.martlet.extension.Kernel;
import im.martlet.federation.CertificateTrust;
import im.martlet.federation.Federation;
import im.martlet.federation.FederationModule;
import im.martlet.federation.FederationSettings;
import im.martlet.federation.NoFederationModule;
import im.martlet.http.HttpModule;
import im.martlet.http.HttpServer;
import im.martlet.http.HttpSettings;
import im.martlet.net.Connector;
import im.martlet.net.PemFiles.BadCertificateException;
import im.martlet.net.TlsSettings;
import im.martlet.server.StartException.Status;
import im.martlet.storage.StorageModule;
import im.martlet.storage.db.Database;
import im.martlet.storage.db.StorageConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running server. Its constructor reads the settings and assembles the parts; {@link Lifecycle} starts and stops
 * them.
 */
public final class Server implements AutoCloseable, ServerCommands.Controls {
    private static final Logger LOG = LoggerFactory.getLogger(Server.class);
    private static final Duration DNS_PATIENCE = Duration.ofSeconds(10);
    private static final Duration FAREWELL = Duration.ofSeconds(5); // for each part

    private final Config started; // the reading of the file at the start
    private Config latest; // the newest reading of the file
    private volatile Settings settings; // the settings in force
    private final Certificates certificates = new Certificates();
    private final FederationSettings federation; // as it was at the start
    private final Injector injector;
    private final ServerParts parts;
    private final Lifecycle lifecycle = new Lifecycle();
    private final CountDownLatch stopRequest = new CountDownLatch(1);

    /** Starts a server. When it returns, clients can connect. */
    public static Server start(Config config) throws StartException {
        return new Server(config, Settings.of(config), false);
    }

    /**
     * Checks whether a server could start with this configuration, and returns a report in English. If a server runs
     * with it already, that one has the ports and the embedded database; then they are not tried.
     */
    static String check(Config config) throws StartException {
        var settings = Settings.of(config);
        boolean running = AdminApi.isServed(settings.listen().admin().address(), ServerParts.adminToken(settings));
        try (var trial = new Server(config, running ? settings.forTrial() : settings, running)) {
            var first = running
                    ? "a server runs with this configuration and uses its ports and data; everything else is in order"
                    : "everything is in order here";
            return Stream
                    .concat(Stream.of(first), trial.selfCheck(settings.listen()).stream().map(line -> "  " + line))
                    .collect(Collectors.joining("\n"));
        }
    }

    /** @param listen the configured ports, which a trial does not use */
    private List<String> selfCheck(Settings.Listen listen) throws StartException {
        var records = new DnsjavaResolver(federation.dns().stream().map(HostPort::address).toList(), DNS_PATIENCE);
        var dns = new DnsSelfCheck(records, SelfCheck.ports(listen, federation.enabled()));
        var services = injector.getInstance(Kernel.class).services().stream()
                .map(installed -> installed.service().label()).toList();
        return new SelfCheck(dns, new ServerLookup(records, federation::endpoints, federation::privateAddresses),
                certificates.inUse(), trust(federation), Instant.now())
                .report(settings.hosts().keySet(), federation.enabled(), services);
    }

    /** @param trial whether a server runs already, so that extensions and HTTP listen on any free port */
    private Server(Config config, Settings settings, boolean trial) throws StartException {
        this.started = config;
        this.latest = config;
        this.settings = settings;
        var currentFederation = FederationSettings.of(config);
        this.federation = currentFederation.get();
        var currentHttp = HttpSettings.of(config);
        checkSettings(config);
        byte[] secret = DataFolder.prepare(settings.server().data());
        OpenSslProvider.install();
        loadCertificates();
        var trust = trust(federation);
        var database = open(settings);
        var tls = new TlsSettings(certificates.inUse());
        var connector = new Connector(tls);
        List<Lifecycle.Part> list;
        try {
            injector = Guice.createInjector(Stage.PRODUCTION,
                    modules(database, config, secret, new HttpModule(currentHttp, tls), federation.enabled()
                            ? new FederationModule(currentFederation, () -> this.settings.hosts(), trust, connector)
                            : new NoFederationModule()));
            parts = new ServerParts(injector::getInstance, settings, currentHttp, trial);
            list = parts.inOrder(database, connector, federation.enabled());
        } catch (RuntimeException e) {
            connector.close();
            database.close();
            throw e;
        }
        config.rule(c -> Logback.checkParts(c, injector.getInstance(Kernel.class).extensions()));
        lifecycle.start(list);
    }

    /**
     * Fails on wrong settings before anything is created. Settings of extensions are checked when they are installed.
     */
    private static void checkSettings(Config config) throws StartException {
        try {
            config.check();
        } catch (ConfigException e) {
            throw new StartException(Status.BAD_CONFIGURATION, String.valueOf(e.getMessage()), e);
        }
    }

    /** Returns the modules that the product is made of. */
    private List<Module> modules(Database database, Config config, byte[] secret, Module http, Module federation) {
        var modules = new ArrayList<Module>(List.<Module>of(
                new StorageModule(database),
                new CoreModule(config, this::settings, secret),
                new AdminModule(),
                new ComponentsModule(config),
                http,
                federation,
                binder -> binder.bind(ServerCommands.Controls.class).toInstance(this)));
        ServiceLoader.load(Module.class).forEach(modules::add); // our extensions, and those in plugins/
        return modules;
    }

    private void loadCertificates() throws StartException {
        try {
            certificates.load(settings);
        } catch (BadCertificateException | IOException e) {
            throw new StartException(Status.BAD_CERTIFICATE, String.valueOf(e.getMessage()), e);
        }
    }

    private static Database open(Settings settings) throws StartException {
        try {
            var s = settings.storage();
            return Database
                    .open(new StorageConfig(settings.databaseUrl(), s.user(), s.password().value(), s.connections()));
        } catch (Database.UnusableException e) {
            throw new StartException(Status.DATABASE_UNUSABLE, String.valueOf(e.getMessage()), e);
        }
    }

    private static CertificateTrust trust(FederationSettings federation) throws StartException {
        try {
            return CertificateTrust.of(federation.ca());
        } catch (IOException e) {
            throw new StartException(Status.BAD_CERTIFICATE, String.valueOf(e.getMessage()), e);
        }
    }

    /** Returns the addresses of the extensions' own ports, by the names of their protocols. */
    public SequencedMap<String, List<InetSocketAddress>> extensionPorts() {
        return parts.extensionPorts().byName();
    }

    /** Returns the addresses for components without TLS. */
    public List<InetSocketAddress> component() {
        return parts.xmppPorts().bound(XmppPorts.Kind.COMPONENT);
    }

    /** Returns the addresses for components with TLS from the first byte. */
    public List<InetSocketAddress> componentTls() {
        return parts.xmppPorts().bound(XmppPorts.Kind.COMPONENT_TLS);
    }

    /** Returns the addresses for other servers with STARTTLS; none if federation is off. */
    public List<InetSocketAddress> server() {
        return parts.xmppPorts().bound(XmppPorts.Kind.SERVER);
    }

    /** Returns the addresses for other servers with TLS from the first byte; none if federation is off. */
    public List<InetSocketAddress> serverTls() {
        return parts.xmppPorts().bound(XmppPorts.Kind.SERVER_TLS);
    }

    /** Returns the addresses for clients with STARTTLS. */
    public List<InetSocketAddress> client() {
        return parts.xmppPorts().bound(XmppPorts.Kind.CLIENT);
    }

    /** Returns the addresses for clients with TLS from the first byte. */
    public List<InetSocketAddress> clientTls() {
        return parts.xmppPorts().bound(XmppPorts.Kind.CLIENT_TLS);
    }

    /** Returns the HTTP server, which knows its own addresses. */
    public HttpServer http() { return parts.http(); }

    public int adminPort() { return parts.admin().port(); }

    /** Returns the settings in force. */
    public Settings settings() { return settings; }

    /** Returns the injector, for tests. */
    public Injector injector() { return injector; }

    /** Returns an object that exists once in the server. */
    <T> T part(Class<T> type) {
        return injector.getInstance(type);
    }

    @Override public String version() { return Version.current(); }

    @Override public synchronized List<String> reload() {
        try {
            var fresh = latest.reread();
            var read = Settings.of(fresh);
            fresh.finishLike(started);
            var next = settings.changedTo(read);
            var report = new ArrayList<>(certificates.load(next));
            fresh.changesSince(latest).stream().filter(Config.Change::live)
                    .forEach(c -> report.add("[" + c.section() + "] " + c.key() + " has changed"));
            fresh.changesSince(started).stream().filter(c -> !c.live())
                    .forEach(c -> report.add("[" + c.section() + "] " + c.key() + " changes at the next start"));
            if (!next.server().log().equals(settings.server().log()))
                Logback.apply(settings.server().log(), next.server().log());
            var removed = difference(settings.hosts().keySet(), next.hosts().keySet());
            difference(next.hosts().keySet(), settings.hosts().keySet())
                    .forEach(host -> report.add(host + " is served from now on"));
            settings = next;
            use(fresh);
            for (String host : removed) { // no client can log in there any more, so no session is missed here
                injector.getInstance(SessionTermination.class).expelAll(host);
                report.add(host + " is served no longer; its accounts are kept");
            }
            LOG.info("reloaded: {}", String.join("; ", report));
            return report;
        } catch (ConfigException | BadCertificateException | IOException e) {
            throw new AdminException("everything stays as it is: " + e.getMessage());
        }
    }

    /** Puts a new reading of the file into force. */
    private void use(Config fresh) {
        var components = injector.getInstance(Components.class);
        var before = components.configured();
        fresh.use();
        components.reloaded(before);
        if (federation.enabled()) injector.getInstance(Federation.class).reloaded();
        latest = fresh;
    }

    private static List<String> difference(Set<String> of, Set<String> without) {
        return of.stream().filter(e -> !without.contains(e)).toList();
    }

    @Override public void stop() { stopRequest.countDown(); }

    /** Waits until {@link #stop} is called. */
    void awaitStop() throws InterruptedException {
        stopRequest.await();
    }

    /** Says goodbye to all connected peers, then stops. All accepted stanzas are written. */
    @Override public void close() {
        lifecycle.stop(FAREWELL);
        LOG.info("stopped");
    }
}
