package im.martlet.conformance.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LedgerAudit;
import im.martlet.conformance.harness.ReceivedXml;
import im.martlet.conformance.harness.ServerProcess;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The database fails under a running server, which acknowledges only committed stanzas and loses none of them. */
class OutageTest {
    private static final String SM = "urn:xmpp:sm:3";
    private static final String REQUEST = "<r xmlns='" + SM + "'/>";

    @TempDir Path folder;

    private static List<String> ids(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(n -> "m" + n).toList();
    }

    private static void write(Client client, int from, int to, int bytes) throws IOException {
        for (String id : ids(from, to)) client.send("<message type='chat' to='juliet@localhost' id='" + id + "'><body>"
                + "x".repeat(bytes) + "</body></message>");
        client.send(REQUEST);
    }

    /** Waits for the next acknowledgement, and returns its count of stanzas. */
    private static int nextAcknowledgement(Client client) throws InterruptedException {
        for (var next = client.receive();; next = client.receive()) {
            if (next.is(SM, "a")) return Integer.parseInt(next.attribute("h"));
            assertThat(next).isNotEqualTo(ReceivedXml.CLOSED);
        }
    }

    private static void assertReceived(Client client, List<String> ids) throws InterruptedException {
        for (String id : ids) assertThat(client.receive().attribute("id")).isEqualTo(id);
    }

    // ---- PostgreSQL

    @Test void acknowledgementsWaitUntilPostgresqlIsBack() throws Exception {
        int port = freePort();
        var postgres = postgres(port);
        try (var server = new ServerProcess(folder,
                "[storage]\nurl = '" + postgres.getJdbcUrl("postgres", "postgres") + "'\nuser = 'postgres'\n")) {
            server.start();
            var romeo = server.account("romeo");
            var juliet = server.account("juliet");
            try (var sender = server.login(romeo, "r").send("<enable xmlns='" + SM + "' resume='true'/>");
                    var recipient = server.login(juliet, "j").send("<presence/>")) {
                assertThat(sender.receive().name()).isEqualTo("enabled");
                assertThat(recipient.receive().name()).isEqualTo("presence");
                write(sender, 1, 10, 10);
                assertThat(nextAcknowledgement(sender)).isEqualTo(10);

                killPostgres();
                write(sender, 11, 20, 10);
                assertReceived(recipient, ids(1, 20)); // delivery does not wait for the commit
                sender.fence();
                for (; sender.peek() != null; sender.receive()) assertThat(sender.peek().name()).isNotEqualTo("a");

                postgres.close(); // it reports that no process is left to stop
                postgres = postgres(port);
                assertThat(nextAcknowledgement(sender)).isEqualTo(20);
                sender.fence(); // the session still works
            }
            for (var account : List.of(romeo, juliet)) try (var client = server.login(account, "archive")) {
                assertThat(LedgerAudit.archive(client)).isEqualTo(ids(1, 20));
            }
        } finally {
            postgres.close();
        }
    }

    private EmbeddedPostgres postgres(int port) throws IOException {
        return EmbeddedPostgres.builder().setDataDirectory(folder.resolve("postgres")).setCleanDataDirectory(false)
                .setPort(port)
                .setServerConfig("fsync", "on").setOutputRedirector(Redirect.DISCARD)
                .setErrorRedirector(Redirect.DISCARD).start();
    }

    /** Kills all processes of PostgreSQL at once (SIGKILL), as a crash of its machine does. */
    private void killPostgres() throws IOException {
        long pid = Long.parseLong(Files.readAllLines(folder.resolve("postgres/postmaster.pid")).getFirst());
        var postmaster = ProcessHandle.of(pid).orElseThrow();
        var all = Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(process -> process.onExit().join());
    }

    private static int freePort() throws IOException {
        try (var free = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    // ---- a full disk

    /** The stanzas that the sender sent: the id of each message, "" for a ping. */
    private final List<String> sent = new ArrayList<>();
    private int acknowledged; // number of stanzas in sent

    @Test void acknowledgementsWaitUntilTheDiskHasSpaceAgain() throws Exception {
        onAFullDisk((server, sender, data) -> {
            Files.delete(data.resolve("filler"));
            sender.send(REQUEST);
            while (acknowledged < sent.size()) acknowledged = nextAcknowledgement(sender);
            server.kill();
            server.start();
        });
    }

    @Test void acknowledgedStanzasSurviveAKillOnAFullDisk() throws Exception {
        onAFullDisk((server, _, data) -> {
            server.kill();
            assertThat(run("mount", "-o", "remount,size=64m", data.toString())).isTrue();
            server.start();
        });
    }

    private interface Remedy {
        void apply(ServerProcess server, Client sender, Path data) throws Exception;
    }

    /** Fills the disk while a client sends. The remedy makes the server work again, then the archives are checked. */
    private void onAFullDisk(Remedy remedy) throws Exception {
        var data = Files.createDirectory(folder.resolve("data"));
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", data.toString()),
                "cannot mount a small file system: this needs root");
        try (var server = new ServerProcess(folder, "")) {
            server.start();
            var romeo = server.account("romeo");
            var juliet = server.account("juliet");
            String stream;
            try (var sender = server.login(romeo, "r").send("<enable xmlns='" + SM + "' resume='true'/>")) {
                stream = sender.receive().attribute("id");
                sendUntilTheDiskIsFull(server, sender, data);
                remedy.apply(server, sender, data);
            }
            try (var client =
                    server.authenticate(romeo).send("<resume xmlns='" + SM + "' previd='" + stream + "' h='0'/>")) {
                var failed = client.receive();
                assertThat(failed.name()).isEqualTo("failed");
                assertThat(Integer.parseInt(failed.attribute("h"))).isGreaterThanOrEqualTo(acknowledged);
                acknowledged = Integer.parseInt(failed.attribute("h"));
                client.bind("r");
                assertThat(LedgerAudit.archive(client)).isEqualTo(handled());
            }
            try (var client = server.login(juliet, "archive")) {
                assertThat(LedgerAudit.archive(client)).isEqualTo(handled());
            }
        } finally {
            run("umount", "--lazy", data.toString());
        }
    }

    private List<String> handled() {
        return sent.subList(0, acknowledged).stream().filter(id -> !id.isEmpty()).toList();
    }

    private void sendUntilTheDiskIsFull(ServerProcess server, Client sender, Path data) throws Exception {
        write(sender, 1, 10, 10);
        sent.addAll(ids(1, 10));
        acknowledged = nextAcknowledgement(sender);
        assertThat(acknowledged).isEqualTo(10);
        fill(data.resolve("filler"));
        for (int i = 11; i < 40; i++) { // uses up the free space in H2's file
            write(sender, i, i, 50_000);
            sent.add("m" + i);
        }
        await().atMost(Duration.ofSeconds(60))
                .until(() -> server.output().split("cannot write to the database", -1).length > 8);
        sender.fence();
        sent.add("");
        for (; sender.peek() != null;) {
            var next = sender.receive();
            if (next.is(SM, "a")) acknowledged = Integer.parseInt(next.attribute("h"));
        }
        assertThat(acknowledged).as("acknowledged on a full disk").isLessThan(39);
    }

    private static void fill(Path file) throws IOException {
        var block = new byte[4096];
        try (var out = Files.newOutputStream(file)) {
            while (true) out.write(block);
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
    }

    private static boolean run(String... command) throws Exception {
        try {
            return new ProcessBuilder(command).start().waitFor() == 0;
        } catch (IOException notInstalled) {
            return false;
        }
    }
}
