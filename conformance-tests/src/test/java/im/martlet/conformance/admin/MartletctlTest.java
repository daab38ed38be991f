package im.martlet.conformance.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import im.martlet.address.Jid;
import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.SaslMessages;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the command {@code martletctl} as a process. */
class MartletctlTest {
    private static final LocalServer SERVER = LocalServer.shared();

    @TempDir Path folder;

    private record Result(int status, String out) {}

    private Result run(Path data, int port, String input, String... arguments) throws Exception {
        var command = new ArrayList<>(
                List.of(ProcessHandle.current().info().command().orElseThrow(), "-XX:TieredStopAtLevel=1", "-cp",
                        System.getProperty("java.class.path"), "im.martlet.cli.Martletctl", "--data", data.toString(),
                        "--admin", "127.0.0.1:" + port));
        command.addAll(List.of(arguments));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var in = process.getOutputStream()) {
            in.write(input.getBytes(UTF_8));
        }
        var out = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Result(process.exitValue(), out);
    }

    private Result ctl(String... arguments) throws Exception {
        return run(SERVER.data(), SERVER.server().adminPort(), "", arguments);
    }

    private Result ctlWith(String input, String... arguments) throws Exception {
        return run(SERVER.data(), SERVER.server().adminPort(), input, arguments);
    }

    private static boolean canLogIn(String jid, String password) throws Exception {
        try (var client = SERVER.connect().open("localhost").secure()) {
            return client.send(Client.plain(Jid.parse(jid).local(), password)).receive().name().equals("success");
        }
    }

    @Test void accountIsCreatedChangedDisabledAndDeleted() throws Exception {
        assertThat(ctlWith("first secret\n", "user", "add", "ophelia@localhost").status()).isZero();
        assertThat(canLogIn("ophelia@localhost", "first secret")).isTrue();
        assertThat(ctlWith("other\n", "user", "add", "ophelia@localhost"))
                .satisfies(s -> assertThat(s.status()).isEqualTo(1)).asString().contains("already");
        assertThat(ctlWith("second secret\n", "user", "passwd", "ophelia@localhost").status()).isZero();
        assertThat(canLogIn("ophelia@localhost", "first secret")).isFalse();
        assertThat(canLogIn("ophelia@localhost", "second secret")).isTrue();
        assertThat(ctl("user", "info", "ophelia@localhost")).satisfies(s -> assertThat(s.status()).isZero()).asString()
                .contains("ophelia@localhost");
        assertThat(ctl("user", "list", "localhost", "--after", "opheli", "--limit", "1").out())
                .contains("ophelia@localhost").contains("there may be more");
        assertThat(ctl("user", "disable", "ophelia@localhost").status()).isZero();
        assertThat(canLogIn("ophelia@localhost", "second secret")).isFalse();
        assertThat(ctl("user", "enable", "ophelia@localhost").status()).isZero();
        assertThat(canLogIn("ophelia@localhost", "second secret")).isTrue();
        assertThat(ctl("user", "del", "ophelia@localhost").status()).isZero();
        assertThat(ctl("user", "info", "ophelia@localhost").status()).isEqualTo(1);
    }

    @Test void tokensAreListedAndRevoked() throws Exception {
        var account = SERVER.account("horatio");
        var id = "d4565fa7-4d72-4749-b3d3-740edbf87770";
        for (var revoke : List.of(List.of("--revoke", id), List.of("--all"))) {
            try (var client = SERVER.connect().open("localhost").secure(account)) {
                client.authenticate("PLAIN", new SaslMessages(account, LocalServer.PASSWORD).plain(""),
                        "<user-agent id='" + id + "'><software>Swan</software></user-agent>",
                        "<request-token xmlns='urn:xmpp:fast:0' mechanism='HT-SHA-256-NONE'/>");
            }
            assertThat(ctl("user", "tokens", account.toString()).out()).contains(id, "Swan", "HT-SHA-256-NONE");
            var command = new ArrayList<>(List.of("user", "tokens", account.toString()));
            command.addAll(revoke);
            assertThat(ctl(command.toArray(String[]::new))).satisfies(s -> assertThat(s.status()).isZero()).asString()
                    .contains(id);
            assertThat(ctl("user", "tokens", account.toString()).out()).contains("none");
        }
        assertThat(ctl("user", "tokens", account.toString(), "--revoke", id))
                .satisfies(s -> assertThat(s.status()).isEqualTo(1)).asString().contains("no client");
        assertThat(ctl("user", "tokens", account.toString(), "--revoke", id, "--all").status())
                .as("--revoke and --all exclude each other")
                .isEqualTo(2);
    }

    @Test void failedCommandGivesAReason() throws Exception {
        assertThat(ctlWith("x\n", "user", "add", "a@nowhere.example"))
                .satisfies(s -> assertThat(s.status()).isEqualTo(1)).asString().contains("nowhere.example");
        assertThat(ctlWith("x\n", "user", "add", "a b@localhost").status()).isEqualTo(1);
        assertThat(ctl("user", "passwdd").status()).isEqualTo(2);
        assertThat(ctl().status()).isEqualTo(2);
    }

    @Test void nodesAreListedShownConfiguredAndDeleted() throws Exception {
        var account = SERVER.account("horatio");
        try (var client = SERVER.login(account, "watch")) {
            String payload = "<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='urn:example:horatio'>"
                    + "<item id='a'><x xmlns='urn:x'/></item></publish></pubsub>";
            for (String to : List.of("", " to='pubsub.localhost'")) assertThat(
                    client.send("<iq type='set' id='p'" + to + ">" + payload + "</iq>").receive().attribute("type"))
                    .isEqualTo("result");
        }
        assertThat(ctl("pep", "list", account.toString()).out()).contains("urn:example:horatio", "presence");
        assertThat(ctl("pubsub", "node", "list", "pubsub.localhost").out()).contains("urn:example:horatio", "open");
        assertThat(ctl("pubsub", "node", "show", "pubsub.localhost", "urn:example:horatio").out())
                .contains(account.toString(), "owner", "max_items");
        assertThat(ctl("pubsub", "node", "config", account.toString(), "urn:example:horatio", "access_model", "open")
                .status()).isZero();
        assertThat(ctl("pep", "list", account.toString()).out()).contains("open");
        assertThat(ctl("pubsub", "node", "config", account.toString(), "urn:example:horatio", "access_model", "closed"))
                .satisfies(s -> assertThat(s.status()).isEqualTo(1)).asString().contains("cannot be 'closed'");
        assertThat(
                ctl("pubsub", "node", "config", "pubsub.localhost", "urn:example:horatio", "access_model", "presence")
                        .status())
                .isEqualTo(1);
        assertThat(ctl("pubsub", "node", "delete", "pubsub.localhost", "urn:example:horatio").status()).isZero();
        assertThat(ctl("pubsub", "node", "delete", "pubsub.localhost", "urn:example:horatio"))
                .satisfies(s -> assertThat(s.status()).isEqualTo(1)).asString().contains("no node");
        assertThat(ctl("pep", "list", "nobody@localhost").out()).contains("no account");
        assertThat(ctl("pubsub", "node", "list", "localhost").status()).isEqualTo(1);
    }

    @Test void pushRegistrationsAreListedTestedAndTraced() throws Exception {
        var account = SERVER.account("horatio");
        try (var client = SERVER.login(account, "phone")) {
            assertThat(client.send(
                    "<iq type='set' id='e'><enable xmlns='urn:xmpp:push:0' jid='push.localhost' node='nobodys'/></iq>")
                    .receive().attribute("type")).isEqualTo("result");
        }
        assertThat(ctl("push", "list", account.toString()).out()).contains("push.localhost", "nobodys", "phone",
                "good");
        assertThat(ctl("push", "test", account.toString()).out()).contains("push.localhost",
                "item-not-found: there is no such device");
        assertThat(ctl("push", "trace", account.toString()).out()).contains("test at push.localhost");
    }

    @Test void sessionsAreListedAndEnded() throws Exception {
        var account = SERVER.account("horatio");
        try (var client = SERVER.login(account, "watch")) {
            assertThat(ctl("session", "list").out()).contains(account + "/watch");
            assertThat(ctl("session", "kick", account + "/watch").status()).isZero();
            assertThat(client.streamError()).isIn("reset", "policy-violation", "conflict");
        }
    }

    @Test void statusHostsAndExtensionsArePrintedAsJson() throws Exception {
        for (var command : List.of(List.of("status"), List.of("host", "list"), List.of("extensions"))) {
            var arguments = new ArrayList<>(List.of("--json"));
            arguments.addAll(command);
            var result = ctl(arguments.toArray(String[]::new));
            assertThat(result.status()).as(result.out()).isZero();
            assertThat(new ObjectMapper().readTree(result.out()).isContainerNode()).isTrue();
        }
        assertThat(ctl("host", "list").out()).contains("localhost").contains("other.example");
    }

    @Test void missingServerAndMissingTokenHaveDifferentErrors() throws Exception {
        int port;
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        assertThat(run(SERVER.data(), port, "", "status")).satisfies(s -> assertThat(s.status()).isEqualTo(3))
                .asString().contains("no server answers");
        assertThat(run(folder, SERVER.server().adminPort(), "", "status").status()).isEqualTo(4);
        Files.writeString(folder.resolve("admin.token"), "wrong");
        assertThat(run(folder, SERVER.server().adminPort(), "", "status"))
                .satisfies(s -> assertThat(s.status()).isNotZero()).asString().contains("are allowed");
    }
}
