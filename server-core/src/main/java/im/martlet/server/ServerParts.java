package im.martlet.server;

import im.martlet.account.SessionResumption;
import im.martlet.admin.AdminApi;
import im.martlet.archive.OutboxConsumers;
import im.martlet.archive.Retention;
import im.martlet.component.Components;
import im.martlet.config.Config;
import im.martlet.config.ConfigException;
import im.martlet.config.Hosts;
import im.martlet.config.Settings;
import im.martlet.extension.Kernel;
import im.martlet.federation.Federation;
import im.martlet.federation.OpenServerStreams;
import im.martlet.federation.RemoteMessageWriter;
import im.martlet.http.HttpServer;
import im.martlet.http.HttpSettings;
import im.martlet.http.PublicUrls;
import im.martlet.net.Acceptor;
import im.martlet.net.Acceptor.Mode;
import im.martlet.net.Acceptor.Peers;
import im.martlet.net.AddressLimits;
import im.martlet.net.Connector;
import im.martlet.net.DirectTlsPorts;
import im.martlet.net.TlsSettings;
import im.martlet.server.Lifecycle.Part;
import im.martlet.server.StartException.Status;
import im.martlet.server.XmppPorts.Kind;
import im.martlet.session.AccountDirectory;
import im.martlet.storage.db.Database;
import im.martlet.storage.log.Journal;
import im.martlet.stream.ClientStreams;
import im.martlet.stream.OpenClientStreams;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The list of the server's parts, in the order in which they start. */
final class ServerParts {
    /** Returns an object that exists once in the server. */
    interface Instances {
        <T> T get(Class<T> type);
    }

    private final Instances instances;
    private final Settings settings;
    private final Supplier<HttpSettings> httpSettings;
    private final boolean trial;
    private final XmppPorts xmppPorts;
    private final ExtensionPorts extensionPorts;
    private @Nullable HttpServer http; // null until its part starts
    private @Nullable AdminApi admin; // null until its part starts

    /**
     * @param settings as they are at the start
     * @param trial whether extensions listen on any free port of this machine, because a server runs already
     */
    ServerParts(Instances instances, Settings settings, Supplier<HttpSettings> httpSettings, boolean trial) {
        this.instances = instances;
        this.settings = settings;
        this.httpSettings = httpSettings;
        this.trial = trial;
        var limits = part(AddressLimits.class);
        this.xmppPorts = new XmppPorts(new Acceptor(part(TlsSettings.class), limits));
        this.extensionPorts = new ExtensionPorts(limits);
    }

    private <T> T part(Class<T> type) { return instances.get(type); }

    XmppPorts xmppPorts() { return xmppPorts; }

    ExtensionPorts extensionPorts() { return extensionPorts; }

    /** Returns the HTTP server, which must have started. */
    HttpServer http() { return Objects.requireNonNull(http); }

    /** Returns the admin API, which must have started. */
    AdminApi admin() { return Objects.requireNonNull(admin); }

    /** Returns the parts. Each part comes after the parts that it needs. */
    List<Part> inOrder(Database database, Connector connector, boolean federated) {
        return Stream.of(
                storage(database),
                federated ? List.of(new Part("messages for remote servers")
                        .closesWith(part(RemoteMessageWriter.class)::close)) : List.<Part>of(),
                List.of(new Part("outbound connections").closesWith(connector::close), extensions(),
                        new Part("configuration").startsWith(this::finishConfiguration),
                        new Part("connections").refusesWith(xmppPorts::stopListening).closesWith(xmppPorts::close)),
                federated ? List.of(federation()) : List.<Part>of(),
                List.of(components(), accounts(), clients(), extensionListeners(), web(), adminApi()))
                .flatMap(List::stream).toList();
    }

    private List<Part> storage(Database database) {
        return List.of(
                new Part("database").closesWith(database::close),
                new Part("journal").closesWith(part(Journal.class)::close),
                new Part("detached sessions").closesWith(part(SessionResumption.class)::close),
                new Part("retention").startsWith(part(Retention.class)::start)
                        .closesWith(part(Retention.class)::close),
                new Part("outboxes").startsWith(part(OutboxConsumers.class)::start)
                        .closesWith(part(OutboxConsumers.class)::close));
    }

    /** The background work of extensions. */
    private Part extensions() {
        var kernel = part(Kernel.class);
        return new Part("extensions").startsWith(kernel::start).refusesWith(kernel::stop);
    }

    /** Fails if the file has a section that no extension has asked for by now. */
    private void finishConfiguration() throws StartException {
        try {
            part(Config.class).finish();
        } catch (ConfigException e) {
            throw new StartException(Status.BAD_CONFIGURATION, String.valueOf(e.getMessage()), e);
        }
    }

    private Part federation() {
        var federation = part(Federation.class);
        return new Part("federation").startsWith(() -> {
            listen(() -> {
                xmppPorts.listen(Kind.SERVER, settings.listen().server(), new Mode.StartTls(Peers.SERVERS),
                        federation::open);
                xmppPorts.listen(Kind.SERVER_TLS, settings.listen().serverTls(),
                        new Mode.DirectTls("xmpp-server", this::anyHost, Peers.SERVERS), federation::open);
            });
            federation.start(); // before clients can add to the messages that wait since the last run
        }).farewellWith(federation::shutDown).closesWith(part(OpenServerStreams.class)::close);
    }

    private Part components() {
        var components = part(Components.class);
        return new Part("components").startsWith(() -> listen(() -> {
            xmppPorts.listen(Kind.COMPONENT, settings.listen().component(), new Mode.StartTls(), components::open);
            xmppPorts.listen(Kind.COMPONENT_TLS, settings.listen().componentTls(),
                    new Mode.DirectTls("xmpp-component", this::anyHost), components::open);
        })).farewellWith(components::shutDown).closesWith(components::close);
    }

    /** Ends the detached sessions and waits until the mailboxes of all accounts are empty. */
    private Part accounts() {
        return new Part("accounts").farewellWith(patience -> {
            part(SessionResumption.class).giveUpAll();
            part(AccountDirectory.class).awaitQuiet(patience);
        });
    }

    private Part clients() {
        var streams = part(ClientStreams.class);
        var open = part(OpenClientStreams.class);
        return new Part("clients").startsWith(() -> listen(() -> {
            xmppPorts.listen(Kind.CLIENT, settings.listen().client(), new Mode.StartTls(), streams::open);
            xmppPorts.listen(Kind.CLIENT_TLS, settings.listen().clientTls(),
                    new Mode.DirectTls("xmpp-client", this::anyHost), streams::open);
            part(DirectTlsPorts.class).listening(xmppPorts.bound(Kind.CLIENT_TLS), xmppPorts.bound(Kind.SERVER_TLS));
        })).farewellWith(open::shutDown).closesWith(open::close);
    }

    private Part extensionListeners() {
        return new Part("ports of extensions")
                .startsWith(() -> listen(() -> extensionPorts.open(part(Kernel.class).tcpListeners(), trial)))
                .refusesWith(extensionPorts::stopListening).closesWith(extensionPorts::close);
    }

    private Part web() {
        Supplier<HttpSettings> effective = trial ? () -> httpSettings.get().elsewhere() : httpSettings;
        return new Part("HTTP").startsWith(() -> listen(() -> http = new HttpServer(effective,
                part(TlsSettings.class), part(Hosts.class)::names, part(Kernel.class).routes(),
                part(PublicUrls.class))))
                .refusesWith(() -> {
                    if (http != null) http.stopListening();
                })
                .closesWith(() -> { if (http != null) http.close(); });
    }

    /** The admin API closes first, so that it still answers the command that stops the server. */
    private Part adminApi() {
        return new Part("admin API").startsWith(() -> listen(() -> admin = new AdminApi(
                settings.listen().admin().address(), adminToken(settings), part(Kernel.class).adminCommands())))
                .closesWith(() -> {
                    if (admin != null) admin.close();
                });
    }

    /** Returns the file that holds the token of the admin API. */
    static Path adminToken(Settings settings) {
        return settings.server().data().resolve("admin.token");
    }

    private String anyHost() { return part(Hosts.class).names().iterator().next(); }

    private interface PortAction {
        void run() throws IOException;
    }

    private static void listen(PortAction action) throws StartException {
        try {
            action.run();
        } catch (IOException e) {
            throw new StartException(Status.PORT_IN_USE, String.valueOf(e.getMessage()), e);
        }
    }
}
