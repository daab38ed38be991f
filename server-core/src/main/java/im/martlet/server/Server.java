package im.martlet.server;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Module;
import com.google.inject.Stage;
import im.martlet.account.SessionResumption;
import im.martlet.account.SessionTermination;
import im.martlet.admin.AdminApi;
import im.martlet.admin.AdminModule;
import im.martlet.admin.ServerCommands;
import im.martlet.archive.OutboxConsumers;
import im.martlet.archive.Retention;
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
import im.martlet.federation.OpenServerStreams;
import im.martlet.federation.RemoteMessageWriter;
import im.martlet.http.HttpModule;
import im.martlet.http.HttpServer;
import im.martlet.http.HttpSettings;
import im.martlet.http.PublicUrls;
import im.martlet.net.Acceptor;
import im.martlet.net.Acceptor.Mode;
import im.martlet.net.Acceptor.Peers;
import im.martlet.net.AddressLimits;
import im.martlet.net.Connector;
import im.martlet.net.DirectTlsPorts;
import im.martlet.net.PemFiles.BadCertificateException;
import im.martlet.net.TlsSettings;
import im.martlet.server.StartException.Status;
import im.martlet.storage.StorageModule;
import im.martlet.storage.db.Database;
import im.martlet.storage.db.StorageConfig;
import im.martlet.storage.log.Journal;
import im.martlet.stream.ClientStreams;
import im.martlet.stream.OpenClientStreams;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running server. Starting it is reading this file from top to bottom; {@link #close} undoes it in reverse. */
public final class Server implements AutoCloseable, ServerCommands.Controls {
    private static final Logger LOG = LoggerFactory.getLogger(Server.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10); // with DNS
    private static final Duration FAREWELL = Duration.ofSeconds(5);

    private final Config started; // with this configuration
    private Config latest; // reading of the file
    private volatile Settings settings; // what holds now
    private final Certificates certificates = new Certificates();
    private final Database database;
    private final Injector injector;
    private final Acceptor acceptor;
    private final AdminApi admin;
    private final List<InetSocketAddress> client = new ArrayList<>();
    private final List<InetSocketAddress> clientTls = new ArrayList<>();
    private final List<InetSocketAddress> server = new ArrayList<>();
    private final List<InetSocketAddress> serverTls = new ArrayList<>();
    private final List<InetSocketAddress> component = new ArrayList<>();
    private final List<InetSocketAddress> componentTls = new ArrayList<>();
    private final FederationSettings federation; // as it was at the start
    private final HttpServer http;
    private final ExtensionPorts doors;
    private final Connector connector;
    private final CountDownLatch stopAsked = new CountDownLatch(1);

    /** Starts a server; when it returns, clients can connect. */
    public static Server start(Config config) throws StartException {
        return new Server(config, Settings.of(config), false);
    }

    /**
     * Tries whether a server could start, and says how that went. One that runs already with this configuration has the
     * ports and the embedded database: then those are not tried.
     */
    static String check(Config config) throws StartException {
        var settings = Settings.of(config);
        boolean running = AdminApi.isServed(settings.listen().admin().address(), adminToken(settings));
        try (var tried = new Server(config, running ? settings.elsewhere() : settings, running)) {
            var first = running
                    ? "a server runs with this configuration, and has its ports and data; everything else is in order"
                    : "everything is in order here";
            return Stream
                    .concat(Stream.of(first), tried.inspection(settings.listen()).stream().map(line -> "  " + line))
                    .collect(Collectors.joining("\n"));
        }
    }

    /** @param listen where is listened, if not by this server, which may only be tried */
    private List<String> inspection(Settings.Listen listen) throws StartException {
        var records = new DnsjavaResolver(federation.dns().stream().map(HostPort::address).toList(), PATIENCE);
        var dns = new DnsSelfCheck(records, SelfCheck.ports(listen, federation.enabled()));
        var services = injector.getInstance(Kernel.class).services().stream()
                .map(installed -> installed.service().label()).toList();
        return new SelfCheck(dns, new ServerLookup(records, federation::endpoints, federation::privateAddresses),
                certificates.inUse(), trust(federation), Instant.now())
                .report(settings.hosts().keySet(), federation.enabled(), services);
    }

    /** @param elsewhere whether any ports will do for HTTP, as they do in {@code settings} */
    private Server(Config config, Settings settings, boolean elsewhere) throws StartException {
        this.started = config;
        this.latest = config;
        this.settings = settings;
        var federationNow = FederationSettings.of(config);
        this.federation = federationNow.get();
        var httpNow = HttpSettings.of(config);
        refuseSlips(config);
        byte[] secret = DataFolder.prepare(settings.server().data());
        OpenSslProvider.install();
        loadCertificates();
        var trust = trust(federation);
        database = open(settings);
        var tls = new TlsSettings(certificates.inUse());
        connector = new Connector(tls);
        injector = assemble(modules(config, secret, new HttpModule(httpNow, tls),
                federation.enabled()
                        ? new FederationModule(federationNow, () -> this.settings.hosts(), trust, connector)
                        : new NoFederationModule()));
        try {
            injector.getInstance(OutboxConsumers.class).start();
            injector.getInstance(Retention.class).start();
            injector.getInstance(Kernel.class).start();
            config.finish(); // by now every extension has asked for its section
            acceptor = new Acceptor(tls, injector.getInstance(AddressLimits.class));
            doors = new ExtensionPorts(injector.getInstance(AddressLimits.class));
        } catch (ConfigException e) {
            abandon();
            throw new StartException(Status.BAD_CONFIGURATION, String.valueOf(e.getMessage()), e);
        } catch (RuntimeException e) {
            abandon();
            throw e;
        }
        try {
            admin = new AdminApi(settings.listen().admin().address(), adminToken(settings),
                    injector.getInstance(Kernel.class).adminCommands());
            Supplier<String> anyHost = () -> this.settings.hosts().keySet().iterator().next();
            if (federation.enabled()) {
                listenToServers(settings.listen().server(), server, new Mode.StartTls(Peers.SERVERS));
                listenToServers(settings.listen().serverTls(), serverTls,
                        new Mode.DirectTls("xmpp-server", anyHost, Peers.SERVERS));
                injector.getInstance(Federation.class).start(); // before clients can add to what waits since the last run
            }
            listen(settings.listen().client(), client, new Mode.StartTls());
            listen(settings.listen().clientTls(), clientTls, new Mode.DirectTls("xmpp-client", anyHost));
            listenToComponents(settings.listen().component(), component, new Mode.StartTls());
            listenToComponents(settings.listen().componentTls(), componentTls,
                    new Mode.DirectTls("xmpp-component", anyHost));
            injector.getInstance(DirectTlsPorts.class).listening(clientTls, serverTls);
            doors.open(injector.getInstance(Kernel.class).tcpListeners(), elsewhere);
            http = new HttpServer(elsewhere ? () -> httpNow.get().elsewhere() : httpNow, tls,
                    () -> this.settings.hosts().keySet(),
                    injector.getInstance(Kernel.class).routes(), injector.getInstance(PublicUrls.class));
        } catch (IOException e) {
            acceptor.close();
            doors.close();
            abandon();
            throw new StartException(Status.PORT_IN_USE, String.valueOf(e.getMessage()), e);
        }
    }

    /** Undoes a start that failed. */
    private void abandon() {
        injector.getInstance(Kernel.class).stop();
        closeInside();
    }

    private Injector assemble(List<Module> modules) {
        try {
            return Guice.createInjector(Stage.PRODUCTION, modules);
        } catch (RuntimeException e) {
            connector.close();
            database.close();
            throw e;
        }
    }

    /**
     * Before anything is made where a wrong setting says; what extensions are asked for is looked at when they are
     * there.
     */
    private static void refuseSlips(Config config) throws StartException {
        try {
            config.check();
        } catch (ConfigException e) {
            throw new StartException(Status.BAD_CONFIGURATION, String.valueOf(e.getMessage()), e);
        }
    }

    /** The product: what it is made of, in the order in which it is read. */
    private List<Module> modules(Config config, byte[] secret, Module http, Module federation) {
        var modules = new ArrayList<Module>(List.<Module>of(
                new StorageModule(database),
                new CoreModule(config, this::settings, secret),
                new AdminModule(),
                new ComponentsModule(config),
                http,
                federation,
                binder -> binder.bind(ServerCommands.Controls.class).toInstance(this)));
        ServiceLoader.load(Module.class).forEach(modules::add); // the extensions that come with us, and those in plugins/
        return modules;
    }

    private static Path adminToken(Settings settings) { return settings.server().data().resolve("admin.token"); }

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

    private void listen(List<HostPort> addresses, List<InetSocketAddress> bound, Mode mode) throws IOException {
        var streams = injector.getInstance(ClientStreams.class);
        for (HostPort address : addresses)
            bound.add(acceptor.listen(address.address(), mode,
                    transport -> streams.open(transport, () -> acceptor.loggedIn(transport))));
    }

    private static CertificateTrust trust(FederationSettings federation) throws StartException {
        try {
            return CertificateTrust.of(federation.ca());
        } catch (IOException e) {
            throw new StartException(Status.BAD_CERTIFICATE, String.valueOf(e.getMessage()), e);
        }
    }

    private void listenToServers(List<HostPort> addresses, List<InetSocketAddress> bound, Mode mode)
            throws IOException {
        var all = injector.getInstance(Federation.class);
        for (HostPort address : addresses)
            bound.add(acceptor.listen(address.address(), mode,
                    transport -> all.open(transport, () -> acceptor.loggedIn(transport))));
    }

    private void listenToComponents(List<HostPort> addresses, List<InetSocketAddress> bound, Mode mode)
            throws IOException {
        var all = injector.getInstance(Components.class);
        for (HostPort address : addresses)
            bound.add(acceptor.listen(address.address(), mode,
                    transport -> all.open(transport, () -> acceptor.loggedIn(transport))));
    }

    /** Where the protocols of extensions are spoken, by their names. */
    public SequencedMap<String, List<InetSocketAddress>> doors() {
        return doors.byName();
    }

    /** Where components connect in the clear. */
    public List<InetSocketAddress> component() {
        return List.copyOf(component);
    }

    /** Where components connect with TLS. */
    public List<InetSocketAddress> componentTls() {
        return List.copyOf(componentTls);
    }

    /** Where other servers connect with STARTTLS; nowhere when federation is off. */
    public List<InetSocketAddress> server() {
        return List.copyOf(server);
    }

    /** Where other servers connect with TLS. */
    public List<InetSocketAddress> serverTls() {
        return List.copyOf(serverTls);
    }

    /** Where clients connect with STARTTLS. */
    public List<InetSocketAddress> client() { return List.copyOf(client); }

    /** Where clients connect with TLS. */
    public List<InetSocketAddress> clientTls() { return List.copyOf(clientTls); }

    /** Where HTTP is spoken. */
    public HttpServer http() { return http; }

    public int adminPort() { return admin.port(); }

    /** What holds now. */
    public Settings settings() { return settings; }

    /** What the server is made of; for tests. */
    public Injector injector() { return injector; }

    /** One thing of which there is one. */
    <T> T part(Class<T> type) { return injector.getInstance(type); }

    @Override public String version() { return Version.current(); }

    @Override public synchronized List<String> reload() {
        try {
            var fresh = latest.reread();
            var wanted = Settings.of(fresh);
            fresh.finishLike(started);
            var next = settings.changedTo(wanted);
            var done = new ArrayList<>(certificates.load(next));
            fresh.changesSince(latest).stream().filter(Config.Change::live)
                    .forEach(c -> done.add("[" + c.section() + "] " + c.key() + " has changed"));
            fresh.changesSince(started).stream().filter(c -> !c.live())
                    .forEach(c -> done.add("[" + c.section() + "] " + c.key() + " changes at the next start"));
            if (!next.server().log().equals(settings.server().log())) LogLevel.set(next.server().log());
            var gone = difference(settings.hosts().keySet(), next.hosts().keySet());
            difference(next.hosts().keySet(), settings.hosts().keySet())
                    .forEach(host -> done.add(host + " is served from now on"));
            settings = next;
            var components = injector.getInstance(Components.class);
            var before = components.configured();
            fresh.use();
            components.reloaded(before);
            if (federation.enabled()) injector.getInstance(Federation.class).reloaded();
            latest = fresh;
            for (String host : gone) { // nobody can come any more, so nobody is missed here
                injector.getInstance(SessionTermination.class).expelAll(host);
                done.add(host + " is served no longer; its accounts are kept");
            }
            LOG.info("reloaded: {}", String.join("; ", done));
            return done;
        } catch (ConfigException | BadCertificateException | IOException e) {
            throw new AdminException("everything stays as it is: " + e.getMessage());
        }
    }

    private static List<String> difference(Set<String> of, Set<String> without) {
        return of.stream().filter(e -> !without.contains(e)).toList();
    }

    @Override public void stop() { stopAsked.countDown(); }

    /** Waits until somebody asks the server to stop. */
    void awaitStop() throws InterruptedException {
        stopAsked.await();
    }

    /** Says goodbye to everybody, then stops; everything that was accepted is written. */
    @Override public void close() {
        acceptor.stopListening();
        http.stopListening();
        doors.stopListening();
        injector.getInstance(Kernel.class).stop();
        var connections = injector.getInstance(OpenClientStreams.class);
        try {
            connections.shutDown(FAREWELL);
            injector.getInstance(SessionResumption.class).giveUpAll();
            injector.getInstance(im.martlet.session.AccountDirectory.class).awaitQuiet(FAREWELL);
            injector.getInstance(Components.class).shutDown(FAREWELL);
            if (federation.enabled()) injector.getInstance(Federation.class).shutDown(FAREWELL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        admin.close();
        http.close();
        doors.close();
        connections.close();
        injector.getInstance(Components.class).close();
        if (federation.enabled()) injector.getInstance(OpenServerStreams.class).close();
        acceptor.close();
        closeInside();
        LOG.info("stopped");
    }

    /** Closes what works without anybody being connected. */
    private void closeInside() {
        connector.close();
        if (federation.enabled()) injector.getInstance(RemoteMessageWriter.class).close();
        injector.getInstance(OutboxConsumers.class).close();
        injector.getInstance(Retention.class).close();
        injector.getInstance(SessionResumption.class).close();
        injector.getInstance(Journal.class).close();
        database.close();
    }
}
