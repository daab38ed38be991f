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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server in this JVM, with two hosts, on random ports, and an embedded database in memory. One is shared by most
 * tests.
 */
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

    public static LocalServer shared() { return Shared.SERVER; }

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

    /** A server with a file, which says everything and can be changed and read again. */
    public static LocalServer from(Path file) throws Exception {
        return new LocalServer(Server.start(Config.load(file)), file.getParent().resolve("data"), "");
    }

    /** A server with a plug-in, found the way plug-ins are. */
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

    /** Where its database is, for who wants to look. */
    public String database() { return database; }

    /** Its data folder. */
    public Path data() { return data; }

    public int port() { return server.client().getFirst().getPort(); }

    public int tlsPort() { return server.clientTls().getFirst().getPort(); }

    /** A new account whose name begins with {@code name}, and that nobody else in these tests has. */
    public Jid account(String name) {
        return account(name, "localhost");
    }

    public Jid account(String name, String host) {
        return account(Jid.of(name + "-" + NUMBER.incrementAndGet(), host, ""), PASSWORD);
    }

    /** A new account with a password of its own. */
    public Jid account(Jid jid, String password) {
        var verifiers = server.injector().getInstance(PasswordHasher.class).verifiers(password);
        server.injector().getInstance(Accounts.class).create(jid, verifiers).orElseThrow();
        return jid;
    }

    /** Does what an admin can do. */
    public Object command(String name, Map<String, String> arguments) {
        var commands = server.injector().getInstance(Kernel.class).adminCommands();
        return commands.stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow().action()
                .run(new Arguments(arguments));
    }

    public Client connect() throws IOException { return new Client(port()); }

    /** A client that has logged in, and bound no resource. */
    public Client authenticate(Jid account) throws Exception {
        return connect().open(account.domain()).secure().login(account, PASSWORD);
    }

    /** Waits until the server knows that a session has lost its connection. */
    public void awaitDetached(Jid full) {
        var directory = server.injector().getInstance(im.martlet.session.AccountDirectory.class);
        org.awaitility.Awaitility.await()
                .until(() -> directory.session(full).filter(im.martlet.session.Session::isAttached).isEmpty());
    }

    /** Waits until the server has given up a session. */
    public void awaitGone(Jid full) {
        var directory = server.injector().getInstance(im.martlet.session.AccountDirectory.class);
        org.awaitility.Awaitility.await().until(() -> directory.session(full).isEmpty());
    }

    /** A client that has logged in and bound a resource, and sent nothing else. */
    public Client login(Jid account, String resource) throws Exception {
        return connect().open(account.domain()).secure().login(account, PASSWORD).bind(resource);
    }

    @Override public void close() { server.close(); }
}
