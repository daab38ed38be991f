package im.martlet.conformance.harness.peers;

import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LocalServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Debian's Prosody as a remote server, in its own folder, with the accounts {@code juliet} and {@code nurse}. */
public final class Prosody implements AutoCloseable {
    private static final Path BINARY = Path.of("/usr/bin/prosody");
    public final String domain;
    private final Path folder;
    private final int clientPort = freePort();
    private final int serverPort = freePort();
    private final Process process;

    public static boolean isInstalled() { return Files.isExecutable(BINARY); }

    /** @param more further lines of the configuration */
    public static Prosody start(String domain, TestAuthority authority, TestAuthority.Issued certificate,
            LoopbackDns dns, String more) throws Exception {
        var started = new Prosody(domain, authority, certificate, dns, more);
        dns.server(domain, "xmpp-server", 10, started.serverPort).server("rooms." + domain, "xmpp-server", 10,
                started.serverPort);
        return started;
    }

    private Prosody(String domain, TestAuthority authority, TestAuthority.Issued certificate, LoopbackDns dns,
            String more) throws Exception {
        this.domain = domain;
        folder = Files.createTempDirectory("prosody");
        for (String name : List.of("juliet", "nurse")) {
            var accounts = Files.createDirectories(folder.resolve("data/" + domain.replace(".", "%2e") + "/accounts"));
            Files.writeString(accounts.resolve(name + ".dat"),
                    "return { [\"password\"] = \"" + LocalServer.PASSWORD + "\"; };");
        }
        Files.copy(certificate.certificate(), folder.resolve("server.crt"));
        Files.copy(certificate.key(), folder.resolve("server.key"));
        Files.copy(authority.file(), folder.resolve("ca.pem"));
        Files.writeString(folder.resolve("prosody.cfg.lua"),
                """
                        modules_enabled = { "disco", "roster", "saslauth", "tls", "dialback", "ping", "s2s_bidi", "smacks", "pep", "offline" }
                        modules_disabled = { "posix" }
                        run_as_root = true
                        daemonize = false
                        data_path = "%1$s/data"
                        pidfile = "%1$s/prosody.pid"
                        authentication = "internal_plain"
                        interfaces = { "127.0.0.1" }
                        c2s_ports = { %2$d }
                        s2s_ports = { %3$d }
                        s2s_direct_tls_ports = {}
                        c2s_direct_tls_ports = {}
                        c2s_require_encryption = false
                        allow_unencrypted_plain_auth = true
                        unbound = { resolvconf = false; hoststxt = false; forward = { "127.0.0.1@%4$d" }; options = { ["do-not-query-localhost:"] = "no"; ["module-config:"] = "iterator" } }
                        ssl = { certificate = "%1$s/server.crt"; key = "%1$s/server.key"; cafile = "%1$s/ca.pem"; capath = "/nonexistent" }
                        log = { debug = "%1$s/log" }
                        %5$s
                        VirtualHost "%6$s"
                        Component "rooms.%6$s" "muc"
                        """
                        .formatted(folder, clientPort, serverPort, dns.port(), more, domain));
        run("chown", "-R", "prosody:prosody", folder.toString());
        process = new ProcessBuilder(BINARY.toString(), "--config", folder.resolve("prosody.cfg.lua").toString(), "-F")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out").toFile()).start();
        org.awaitility.Awaitility.await().atMost(Duration.ofSeconds(20)).until(this::listens);
    }

    private static void run(String... command) throws Exception {
        new ProcessBuilder(command).start().waitFor(10, TimeUnit.SECONDS);
    }

    private boolean listens() {
        try (var _ = new java.net.Socket("127.0.0.1", clientPort);
                var _ = new java.net.Socket("127.0.0.1", serverPort)) {
            return true;
        } catch (IOException e) {
            if (!process.isAlive()) throw new IllegalStateException("Prosody has ended: " + log());
            return false;
        }
    }

    public static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    public Client login(String name) throws Exception {
        return new Client(clientPort).open(domain)
                .login(im.martlet.address.Jid.of(name, domain, ""), LocalServer.PASSWORD).bind("x");
    }

    public long pid() { return process.pid(); }

    public int clientPort() { return clientPort; }

    public int serverPort() { return serverPort; }

    /** Returns the log. */
    public String log() {
        return Stream.of("out", "log").map(folder::resolve).filter(Files::exists).map(f -> {
            try {
                return Files.readString(f);
            } catch (IOException e) {
                return e.toString();
            }
        }).reduce("", String::concat);
    }

    @Override public void close() {
        process.destroy();
        process.onExit().completeOnTimeout(process, 10, TimeUnit.SECONDS).join().destroyForcibly();
    }
}
