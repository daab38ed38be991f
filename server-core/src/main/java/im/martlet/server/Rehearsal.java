package im.martlet.server;

import im.martlet.address.Jid;
import im.martlet.auth.PasswordHasher;
import im.martlet.config.Config;
import im.martlet.config.ConfigException;
import im.martlet.config.LogLevels;
import im.martlet.net.TlsSettings;
import im.martlet.storage.account.Accounts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * Runs a server and some clients in this process, with a data folder that is deleted afterwards. Meanwhile the JVM
 * records loaded classes and profiles (an AOT cache, see {@code bin/martlet}), so that later starts take half the time.
 */
final class Rehearsal {
    private static final int CLIENTS = 8; // at once
    private static final int LOGINS = 25; // of each client
    private static final int MESSAGES = 20; // in each session
    private static final String PASSWORD = "rehearsal";
    private static final String SETTINGS = "[hosts.localhost]\n"
            + LoopbackPorts.toml("client", "client_tls", "server", "server_tls") + """
                    [limits]
                    waiting_per_address = 1000
                    connections_per_minute = 1000000
                    rate = 0
                    rate_before_login = 0
                    [server]
                    data = '%s'
                    """;

    private Rehearsal() {}

    static void run() throws IOException, ConfigException, StartException, InterruptedException {
        Logback.apply(LogLevels.of("info"), LogLevels.of("warn"));
        var data = Files.createTempDirectory("martlet-rehearsal");
        try (var server = Server.start(Config.parse(SETTINGS.formatted(data), Path.of("rehearsal.toml")))) {
            var passwords = server.part(PasswordHasher.class);
            var accounts = server.part(Accounts.class);
            for (int i = 0; i < CLIENTS; i++)
                accounts.create(Jid.of(name(i), "localhost", ""), passwords.verifiers(PASSWORD));
            play(server);
        } finally {
            try (var files = Files.walk(data)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
            }
        }
    }

    private static String name(int client) { return "actor" + client; }

    private static void play(Server server) throws IOException, InterruptedException {
        var jsse = server.part(TlsSettings.class).jsse(); // accepts any certificate
        try (var all = Executors.newVirtualThreadPerTaskExecutor()) {
            var clients = IntStream.range(0, CLIENTS).<Future<?>>mapToObj(i -> all.submit(() -> {
                for (int j = 0; j < LOGINS; j++) {
                    boolean tls = j % 2 == 0;
                    InetSocketAddress address = (tls ? server.clientTls() : server.client()).getFirst();
                    try (var client = new RehearsalClient(address, tls, jsse, name(i), PASSWORD)) {
                        client.write(name((i + 1) % CLIENTS) + "@localhost", MESSAGES);
                    }
                }
                return null;
            })).toList();
            for (var client : clients) client.get();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
    }
}
