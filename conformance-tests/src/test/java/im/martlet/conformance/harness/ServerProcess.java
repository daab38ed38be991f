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

/** A server in its own process, which a test can kill and start again on the same data. Each start has new ports. */
public final class ServerProcess implements AutoCloseable {
    public static final String PASSWORD = TestConfig.PASSWORD;
    private static final int PATIENCE = 60; // seconds; only a failing test waits so long
    private static final Pattern PORT = Pattern.compile("127\\.0\\.0\\.1:(\\d+) \\(TLS\\)");
    private static final Pattern COMPONENT_PORT = Pattern.compile("components 127\\.0\\.0\\.1:(\\d+)");
    private final Path folder;
    private final String storage;
    private final String federation;
    private final Optional<Path> plugin;
    private final StringBuffer output = new StringBuffer();
    private Process process;
    private int port;
    private volatile int componentPort;

    /** @param storage the section {@code [storage]} of the settings, may be empty */
    public ServerProcess(Path folder, String storage) {
        this(folder, storage, TestConfig.NO_FEDERATION);
    }

    /** @param federation the section {@code [federation]} of the settings */
    public ServerProcess(Path folder, String storage, String federation) {
        this(folder, storage, federation, Optional.empty());
    }

    private ServerProcess(Path folder, String storage, String federation, Optional<Path> plugin) {
        this.federation = federation;
        this.folder = folder;
        this.storage = storage;
        this.plugin = plugin;
    }

    /** Makes a server with a plug-in. The plug-in finds {@code folder} in the system property "test.folder". */
    public static ServerProcess with(Path folder, Class<? extends com.google.inject.Module> plugin) throws IOException {
        var plugins = folder.resolve("plugins");
        var services = Files.createDirectories(plugins.resolve("META-INF/services"));
        Files.writeString(services.resolve("com.google.inject.Module"), plugin.getName());
        return new ServerProcess(folder, "", TestConfig.NO_FEDERATION, Optional.of(plugins));
    }

    /** Returns the port for components, since the last start. */
    public int componentPort() { return componentPort; }

    public Path data() { return folder.resolve("data"); }

    /** Starts the server, and waits until it listens. */
    public void start() throws Exception {
        var file = Files.writeString(folder.resolve("martlet.toml"),
                "[server]\ndata = '" + data() + "'\n" + TestConfig.PROCESS + storage + federation);
        var properties = List.of("-Dtest.folder=" + folder);
        var command = plugin.map(classes -> ServerJvm.martletWith(classes, properties, "--config", file.toString()))
                .orElseGet(() -> ServerJvm.martlet(properties, "--config", file.toString()));
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var listening = new CompletableFuture<Integer>();
        var out = process.inputReader();
        Thread.ofVirtual().name("server output").start(() -> read(out, listening));
        port = listening.get(PATIENCE, TimeUnit.SECONDS);
    }

    private void read(BufferedReader out, CompletableFuture<Integer> listening) {
        int clientPort = 0;
        try {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                output.append(line).append('\n');
                var matcher = PORT.matcher(line);
                if (line.contains("clients") && matcher.find()) clientPort = Integer.parseInt(matcher.group(1));
                var components = COMPONENT_PORT.matcher(line);
                if (components.find()) componentPort = Integer.parseInt(components.group(1));
                if (line.startsWith("Started in")) listening.complete(clientPort);
            }
        } catch (IOException e) {
            output.append(e).append('\n');
        }
        listening.completeExceptionally(new AssertionError("the server did not start: " + output));
    }

    /** Returns the output of all starts. */
    public String output() { return output.toString(); }

    /** Kills the process (SIGKILL), and waits for its end. */
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Stops the server (SIGTERM). Returns the exit status. */
    public int terminate() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(PATIENCE, TimeUnit.SECONDS))
            throw new AssertionError("the server did not stop: " + output);
        return process.exitValue();
    }

    /** Opens a connection with TLS, and a stream on it. */
    public Client connect() throws Exception {
        return new Client(port).handshake().open("localhost");
    }

    /** Connects a client and logs it in, without binding a resource. */
    public Client authenticate(Jid account) throws Exception {
        return connect().login(account, PASSWORD);
    }

    public Client login(Jid account, String resource) throws Exception { return authenticate(account).bind(resource); }

    /** Registers an account (XEP-0077). */
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
