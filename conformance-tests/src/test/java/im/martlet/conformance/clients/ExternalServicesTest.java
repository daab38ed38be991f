package im.martlet.conformance.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import im.martlet.config.Config;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.ReceivedXml;
import im.martlet.server.Server;
import im.martlet.server.StartException;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** XEP-0215, beyond the dialogue: pushes of changes, the validity of credentials, and invalid configurations. */
class ExternalServicesTest {
    private static final String ALL =
            "<iq type='get' id='all' to='localhost'><services xmlns='urn:xmpp:extdisco:2'/></iq>";
    private static final String TURN =
            "<iq type='get' id='turn' to='localhost'><services xmlns='urn:xmpp:extdisco:2' type='turn'/></iq>";
    private static final int UNUSED_PORT = 1; // a port that no test connects to

    @TempDir Path folder;
    private LocalServer server;

    @AfterEach void stop() { if (server != null) server.close(); }

    private static String service(String name, String type, String host, int port, String more) {
        return "[external_services." + name + "]\ntype = '" + type + "'\nhost = '" + host + "'\nport = " + port + "\n"
                + more + "\n";
    }

    private static String settings(String services) {
        return LocalServer.SETTINGS.substring(0, LocalServer.SETTINGS.indexOf("[external_services")) + services;
    }

    private Path write(String services) throws IOException {
        var own = "[server]\ndata = '" + folder.resolve("data") + "'\n[storage]\nurl = 'jdbc:h2:mem:services"
                + folder.hashCode() + ";DB_CLOSE_DELAY=-1'\n";
        return Files.writeString(folder.resolve("martlet.toml"), settings(services) + own);
    }

    private static ReceivedXml services(ReceivedXml iq) {
        assertThat(iq.attribute("type")).as(iq.toString()).isIn("result", "set");
        return iq.child("services").orElseThrow();
    }

    @Test void clientsThatAskedBeforeArePushedTheChanges() throws Exception {
        server = LocalServer.from(write(service("a", "turn", "a.example", UNUSED_PORT, "secret = 'one'")
                + service("b", "turn", "b.example", UNUSED_PORT, "secret = 'one'")
                + service("s", "stun", "s.example", UNUSED_PORT, "")));
        try (var everything = server.login(server.account("all"), "x");
                var turn = server.login(server.account("turn"), "x");
                var neither = server.login(server.account("neither"), "x")) {
            everything.send(ALL).receive();
            turn.send(TURN).receive();
            write(service("a", "turn", "a.example", UNUSED_PORT, "secret = 'two'")
                    + service("c", "turn", "c.example", UNUSED_PORT, "secret = 'one'")
                    + service("t", "stun", "t.example", UNUSED_PORT, ""));
            server.server().reload();
            var changes = services(turn.receive());
            assertThat(changes.attribute("type")).isEqualTo("turn");
            assertThat(changes.children().stream().map(s -> s.attribute("action") + " " + s.attribute("host")))
                    .containsExactly("modify a.example", "add c.example", "delete b.example");
            assertThat(changes.children().getFirst().attribute("password")).isNotEmpty();
            var push = everything.receive();
            assertThat(push.attribute("type")).isEqualTo("set");
            assertThat(services(push).children().stream().map(s -> s.attribute("action") + " " + s.attribute("host")))
                    .containsExactly("modify a.example", "add c.example", "add t.example", "delete b.example",
                            "delete s.example");
            everything.send("<iq type='result' id='" + push.attribute("id") + "' to='localhost'/>").fence();
            neither.fence();
            assertThat(neither.peek()).isNull();
            server.server().reload(); // the file is unchanged
            turn.fence();
            assertThat(turn.peek()).isNull();
        }
    }

    @Test void credentialsShowTheirExpiryButNotTheirAccount() throws Exception {
        server = LocalServer
                .start(settings(service("a", "turn", "a.example", UNUSED_PORT, "secret = 'one'\nlifetime = '2h'")));
        var juliet = server.account("juliet");
        try (var here = server.login(juliet, "here"); var there = server.login(juliet, "there");
                var romeo = server.login(server.account("romeo"), "x")) {
            var hers = services(here.send(TURN).receive()).children().getFirst();
            var username = hers.attribute("username").split(":");
            var expires = Instant.parse(hers.attribute("expires"));
            assertThat(expires)
                    .isBetween(Instant.now().plus(Duration.ofMinutes(119)), Instant.now().plus(Duration.ofMinutes(121)))
                    .isEqualTo(Instant.ofEpochSecond(Long.parseLong(username[0])));
            assertThat(username[1]).doesNotContain("juliet").isEqualTo(
                    services(there.send(TURN).receive()).children().getFirst().attribute("username").split(":")[1])
                    .isNotEqualTo(services(romeo.send(TURN).receive()).children().getFirst().attribute("username")
                            .split(":")[1]);
            assertThat(server.command("services show", Map.of("account", juliet.toString())).toString())
                    .contains("alias=" + username[1], "a.example").doesNotContain("secret=one");
            assertThat(server.command("services list", Map.of()).toString())
                    .contains("a.example", "for each account, for 7200 s").doesNotContain("=one");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "type = 'turn' | needs a 'host'",
            "type = 'turn' ; host = '[::1]' ; secret = 'x' | needs a 'host'",
            "host = 'a.example' | needs a 'type'",
            "type = 'turn' ; host = 'a.example' | a relay without credentials is open to strangers",
            "type = 'turn' ; host = 'a.example' ; secret = 'x' ; username = 'y' ; password = 'z' | remove one of the two",
            "type = 'turn' ; host = 'a.example' ; username = 'y' | needs both 'username' and 'password'",
            "type = 'ftp' ; host = 'a.example' | needs a 'port'",
            "type = 'stun' ; host = 'a.example' ; port = 65536 | 'port' in [external_services.\"a\"] must be from 0 to 65535",
            "type = 'stun' ; host = 'a.example' ; transport = 'U' | as its 'transport'" }) void aMistakeInTheConfigurationIsReportedAtStart(
                    String lines, String problem) throws Exception {
        var file = write("[external_services.a]\n" + lines.replace(" ; ", "\n") + "\n");
        assertThatThrownBy(() -> Server.start(Config.load(file)).close()).isInstanceOf(StartException.class)
                .hasMessageContaining(problem);
    }

    private record Ended(int status, String output) {}

    private static Ended relay(int port, String username, String password) throws Exception {
        var process = new ProcessBuilder("turnutils_uclient", "-p", String.valueOf(port), "-u", username, "-w",
                password, "-y", "-c", "-n", "1", "-m", "1", "127.0.0.1").redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), output);
    }

    /** Tests with Debian's TURN server, which shares the secret with Martlet but knows no accounts. */
    @Tag("real-clients")
    @Test void coturnAcceptsTheCredentialsOfMartlet() throws Exception {
        assumeTrue(new ProcessBuilder("sh", "-c", "command -v turnserver turnutils_uclient").start().waitFor() == 0,
                "coturn is not installed");
        int port;
        try (var free = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            port = free.getLocalPort();
        }
        var log = folder.resolve("coturn.log");
        var coturn = new ProcessBuilder("turnserver", "-n", "--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1", "-p",
                String.valueOf(port), "--use-auth-secret", "--static-auth-secret=north wind", "--realm=localhost",
                "--allow-loopback-peers", "--no-cli", "--no-tls", "--no-dtls", "--log-file=stdout", "--simple-log",
                "--userdb=" + folder.resolve("db"), "--pidfile=" + folder.resolve("pid"))
                .redirectErrorStream(true).redirectOutput(log.toFile()).start();
        try {
            // the TURN server listens once its log has this line
            await().until(() -> Files.readString(log).contains("Total General servers"));
            server = LocalServer.start(settings(service("a", "turn", "127.0.0.1", port, "secret = 'north wind'")));
            try (var client = server.login(server.account("caller"), "x")) {
                var turn = services(client.send(ALL).receive()).children().getFirst();
                var accepted = relay(Integer.parseInt(turn.attribute("port")), turn.attribute("username"),
                        turn.attribute("password"));
                assertThat(accepted.status()).as(accepted.output()).isZero();
                assertThat(accepted.output()).contains("tot_recv_msgs=2", "Total lost packets 0");
                var expired = "1000:" + turn.attribute("username").split(":")[1];
                assertThat(relay(port, expired, turn.attribute("password")).status()).isNotZero();
                var later = (Instant.now().getEpochSecond() + 1_000_000) + ":somebody";
                assertThat(relay(port, later, turn.attribute("password")).output())
                        .as("a password is valid for one user name")
                        .contains("Cannot complete Allocation");
            }
        } finally {
            coturn.destroyForcibly().waitFor();
        }
    }
}
