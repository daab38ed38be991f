package im.martlet.conformance.harness;

import im.martlet.address.Jid;
import im.martlet.auth.PasswordHasher;
import im.martlet.config.Config;
import im.martlet.extension.Arguments;
import im.martlet.extension.Kernel;
import im.martlet.server.LoopbackPorts;
import im.martlet.server.Server;
import im.martlet.storage.account.Accounts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A server in this JVM, on random ports, with an embedded database in memory. Most tests share one. */
public final class LocalServer implements AutoCloseable {
    public static final String PASSWORD = TestConfig.PASSWORD;
    public static final String SETTINGS = TestConfig.TWO_HOSTS;

    private static final class Shared {
        private static final LocalServer SERVER = start(SETTINGS);
    }

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final Server server;
    private final Path data;
    private final String database;

    private LocalServer(Server server, Path data, String database) {
        this.database = database;
        this.server = server;
        this.data = data;
    }

    /** Returns the server that most tests share; it is never closed. */
    public static LocalServer shared() {
        return Shared.SERVER;
    }

    /** Starts a server. Settings without {@code [http]} or {@code [proxy]} get random ports for it. */
    public static LocalServer start(String settings) {
        try {
            Path data = Files.createTempDirectory("martlet");
            data.toFile().deleteOnExit();
            var http = settings.contains("[http]") ? "" : LoopbackPorts.HTTP;
            var proxy = settings.contains("[proxy]") ? "" : LoopbackPorts.PROXY;
            var database = "jdbc:h2:mem:" + NUMBER.incrementAndGet() + ";DB_CLOSE_DELAY=-1";
            var storage = "[server]\ndata = '" + data + "'\n[storage]\nurl = '" + database + "'\n";
            return new LocalServer(Server.start(Config.parse(settings + http + proxy + storage, Path.of("test.toml"))),
                    data, database);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Starts a server from a configuration file, which the test can change and reload. */
    public static LocalServer from(Path file) throws Exception {
        return new LocalServer(Server.start(Config.load(file)), file.getParent().resolve("data"), "");
    }

    /** Starts a server with a plug-in, which the server finds as it finds any plug-in. */
    public static LocalServer start(String settings, Class<? extends com.google.inject.Module> plugin) {
        var thread = Thread.currentThread();
        var before = thread.getContextClassLoader();
        try {
            Path services = Files.createDirectories(Files.createTempDirectory("plugin").resolve("META-INF/services"));
            Files.writeString(services.resolve("com.google.inject.Module"), plugin.getName());
            thread.setContextClassLoader(new java.net.URLClassLoader(
                    new java.net.URL[]{ services.getParent().getParent().toUri().toURL() }, before));
            return start(settings);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    public Server server() { return server; }

    /** Returns the JDBC URL of the database. */
    public String database() { return database; }

    /** Returns the data folder. */
    public Path data() { return data; }

    public int port() { return server.client().getFirst().getPort(); }

    public int tlsPort() { return server.clientTls().getFirst().getPort(); }

    /** Creates an account with a unique name that begins with {@code name}. */
    public Jid account(String name) {
        return account(name, "localhost");
    }

    public Jid account(String name, String host) {
        return account(Jid.of(name + "-" + NUMBER.incrementAndGet(), host, ""), PASSWORD);
    }

    /** Creates an account with this password. */
    public Jid account(Jid jid, String password) {
        var verifiers = server.injector().getInstance(PasswordHasher.class).verifiers(password);
        server.injector().getInstance(Accounts.class).create(jid, verifiers).orElseThrow();
        return jid;
    }

    /** Runs an admin command, and returns its result. */
    public Object command(String name, Map<String, String> arguments) {
        var commands = server.injector().getInstance(Kernel.class).adminCommands();
        return commands.stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow().action()
                .run(new Arguments(arguments));
    }

    /** Returns the metrics in the text format of Prometheus. */
    public String metrics() throws IOException, InterruptedException {
        var address = "http://127.0.0.1:" + server.http().local().getFirst().getPort() + "/metrics";
        return WebSocketBridge.http().send(HttpRequest.newBuilder(URI.create(address)).build(), BodyHandlers.ofString())
                .body();
    }

    public Client connect() throws IOException { return new Client(port()); }

    /** Connects a client and logs it in, without binding a resource. */
    public Client authenticate(Jid account) throws Exception {
        return connect().open(account.domain()).secure().login(account, PASSWORD);
    }

    /** Waits until a session is detached from its connection. */
    public void awaitDetached(Jid full) {
        var directory = server.injector().getInstance(im.martlet.session.AccountDirectory.class);
        org.awaitility.Awaitility.await()
                .until(() -> directory.session(full).filter(im.martlet.session.Session::isAttached).isEmpty());
    }

    /** Waits until the server has ended a session. */
    public void awaitGone(Jid full) {
        var directory = server.injector().getInstance(im.martlet.session.AccountDirectory.class);
        org.awaitility.Awaitility.await().until(() -> directory.session(full).isEmpty());
    }

    /** Connects a client, logs it in and binds a resource. The client sends no presence. */
    public Client login(Jid account, String resource) throws Exception {
        return connect().open(account.domain()).secure().login(account, PASSWORD).bind(resource);
    }

    @Override public void close() { server.close(); }
}
