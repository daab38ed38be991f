package im.martlet.conformance.harness;

import im.martlet.address.Jid;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * The server as a process of its own, which can be killed and started again on the same data. Its port is a new one
 * each time.
 */
public final class ServerProcess implements AutoCloseable {
    public static final String PASSWORD = TestConfig.PASSWORD;
    private static final int PATIENCE = 60; // seconds; only ever used up by a test that fails
    private static final Pattern PORT = Pattern.compile("127\\.0\\.0\\.1:(\\d+) \\(TLS\\)");
    private static final Pattern COMPONENT_PORT = Pattern.compile("components 127\\.0\\.0\\.1:(\\d+)");
    private final Path folder;
    private final String storage;
    private final String federation;
    private final Optional<Path> plugin;
    private final StringBuffer said = new StringBuffer();
    private Process process;
    private int port;
    private volatile int componentPort;

    /** @param storage the section of the configuration, may be empty */
    public ServerProcess(Path folder, String storage) {
        this(folder, storage, TestConfig.NO_FEDERATION);
    }

    /** @param federation another section of it */
    public ServerProcess(Path folder, String storage, String federation) {
        this(folder, storage, federation, Optional.empty());
    }

    private ServerProcess(Path folder, String storage, String federation, Optional<Path> plugin) {
        this.federation = federation;
        this.folder = folder;
        this.storage = storage;
        this.plugin = plugin;
    }

    /** A server with a plug-in, found the way plug-ins are; it knows {@code folder} as the property "test.folder". */
    public static ServerProcess with(Path folder, Class<? extends com.google.inject.Module> plugin) throws IOException {
        var plugins = folder.resolve("plugins");
        var services = Files.createDirectories(plugins.resolve("META-INF/services"));
        Files.writeString(services.resolve("com.google.inject.Module"), plugin.getName());
        return new ServerProcess(folder, "", TestConfig.NO_FEDERATION, Optional.of(plugins));
    }

    /** Where components connect, since it was last started. */
    public int componentPort() { return componentPort; }

    public Path data() { return folder.resolve("data"); }

    /** Starts it, and waits until it listens. */
    public void start() throws Exception {
        var file = Files.writeString(folder.resolve("martlet.toml"),
                "[server]\ndata = '" + data() + "'\n" + TestConfig.PROCESS + storage + federation);
        var known = List.of("-Dtest.folder=" + folder);
        var command = plugin.map(classes -> ServerJvm.martletWith(classes, known, "--config", file.toString()))
                .orElseGet(() -> ServerJvm.martlet(known, "--config", file.toString()));
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var listening = new CompletableFuture<Integer>();
        var out = process.inputReader();
        Thread.ofVirtual().name("what the server says").start(() -> read(out, listening));
        port = listening.get(PATIENCE, TimeUnit.SECONDS);
    }

    private void read(BufferedReader out, CompletableFuture<Integer> listening) {
        int known = 0;
        try {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                said.append(line).append('\n');
                var matcher = PORT.matcher(line);
                if (line.contains("clients") && matcher.find()) known = Integer.parseInt(matcher.group(1));
                var components = COMPONENT_PORT.matcher(line);
                if (components.find()) componentPort = Integer.parseInt(components.group(1));
                if (line.startsWith("Started in")) listening.complete(known);
            }
        } catch (IOException e) {
            said.append(e).append('\n');
        }
        listening.completeExceptionally(new AssertionError("the server has not started: " + said));
    }

    /** Everything it has said since the test began. */
    public String said() { return said.toString(); }

    /** SIGKILL. */
    public void kill() { process.destroyForcibly().onExit().join(); }

    /** SIGTERM. Answers the exit status. */
    public int terminate() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(PATIENCE, TimeUnit.SECONDS)) throw new AssertionError("the server does not stop: " + said);
        return process.exitValue();
    }

    /** A connection with TLS, and a stream on it. */
    public Client connect() throws Exception {
        return new Client(port).handshake().open("localhost");
    }

    /** A client that has logged in, and bound no resource. */
    public Client authenticate(Jid account) throws Exception {
        return connect().login(account, PASSWORD);
    }

    public Client login(Jid account, String resource) throws Exception { return authenticate(account).bind(resource); }

    /** A new account (XEP-0077). */
    public Jid account(String name) throws Exception {
        try (var client = connect()) {
            client.send("<iq type='set' id='new'><query xmlns='jabber:iq:register'><username>" + name
                    + "</username><password>" + PASSWORD + "</password></query></iq>");
            var answer = client.receive();
            if (!answer.attribute("type").equals("result")) throw new AssertionError("no account: " + answer);
        }
        return Jid.of(name, "localhost", "");
    }

    @Override public void close() {
        if (process != null) kill();
    }
}
