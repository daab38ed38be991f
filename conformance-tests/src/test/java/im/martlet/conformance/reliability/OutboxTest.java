package im.martlet.conformance.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.inject.AbstractModule;
import com.google.inject.multibindings.Multibinder;
import im.martlet.address.Jid;
import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.ServerProcess;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.OutboxEntry;
import im.martlet.stanza.StanzaIds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * An outbox consumer, such as push, receives each message that no connected device received, through kills of the
 * server and outages of the consumer.
 */
@Execution(ExecutionMode.CONCURRENT)
class OutboxTest {
    private static final String SM = "urn:xmpp:sm:3";

    /** Refuses all entries until there is a file "open"; then writes each entry to the file "taken". */
    static final class Consumer implements Extension {
        private final Path folder = Path.of(System.getProperty("test.folder"));

        @Override public List<Hook> hooks() { return List.of(Hook.consumer("test", this::take)); }

        private boolean take(OutboxEntry announcement) {
            try {
                Files.writeString(folder.resolve("offered"), StanzaIds.text(announcement.entry()) + "\n",
                        StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                if (!Files.exists(folder.resolve("open"))) return false;
                Files.writeString(folder.resolve("taken"), StanzaIds.text(announcement.entry()) + "\n",
                        StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                return true;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    public static final class ConsumerModule extends AbstractModule {
        @Override protected void configure() {
            Multibinder.newSetBinder(binder(), Extension.class).addBinding().to(Consumer.class);
        }
    }

    @TempDir Path folder;

    private List<String> lines(String file) throws IOException {
        return Files.exists(folder.resolve(file)) ? Files.readAllLines(folder.resolve(file)) : List.of();
    }

    private void awaitTaken(List<String> entries) {
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(lines("taken")).isEqualTo(entries));
    }

    private static void send(Client client, Jid to, String id) throws IOException {
        client.send("<message type='chat' to='" + to + "' id='" + id + "'><body>" + id + "</body></message>");
    }

    private static void awaitAcknowledgement(Client client, int stanzas) throws Exception {
        client.send("<r xmlns='" + SM + "'/>");
        while (!client.receive().attribute("h").equals(String.valueOf(stanzas))) {}
    }

    /** Returns the archive ids of messages, by their stanza ids. */
    private static List<String> archiveIds(ServerProcess server, Jid account, String... ids) throws Exception {
        var archiveIds = new java.util.HashMap<String, String>();
        try (var client =
                server.login(account, "archive").send("<iq type='set' id='q'><query xmlns='urn:xmpp:mam:2'/></iq>")) {
            for (var next = client.receive(); !next.attribute("id").equals("q"); next = client.receive()) {
                var result = next.child("result").orElseThrow();
                result.child("forwarded").flatMap(f -> f.child("message"))
                        .ifPresent(m -> archiveIds.put(m.attribute("id"), result.attribute("id")));
            }
        }
        var found = new ArrayList<String>();
        for (String id : ids) found.add(archiveIds.get(id));
        return found;
    }

    @Test void acknowledgedMessagesReachTheConsumerOnceThroughKills() throws Exception {
        try (var server = ServerProcess.with(folder, ConsumerModule.class)) {
            server.start();
            var juliet = server.account("juliet");
            var nurse = server.account("nurse");
            try (var romeo = server.login(server.account("romeo"), "r");
                    var present = server.login(nurse, "n").send("<presence/>")) {
                assertThat(present.receive().name()).isEqualTo("presence");
                romeo.send("<enable xmlns='" + SM + "'/>").receive();
                send(romeo, juliet, "m1");
                send(romeo, nurse, "n1"); // this account is online
                send(romeo, juliet, "m2");
                awaitAcknowledgement(romeo, 3);
                await().atMost(Duration.ofSeconds(60)).until(() -> !lines("offered").isEmpty());
                server.kill();
            }
            server.start();
            Files.createFile(folder.resolve("open"));
            var expected = archiveIds(server, juliet, "m1", "m2");
            awaitTaken(expected);
            server.kill();
            server.start(); // entries that were taken are not offered again
            try (var romeo = server.login(Jid.parse("romeo@localhost"), "r").send("<enable xmlns='" + SM + "'/>")) {
                romeo.receive();
                send(romeo, juliet, "m3");
                awaitAcknowledgement(romeo, 1);
            }
            expected.addAll(archiveIds(server, juliet, "m3"));
            awaitTaken(expected);
        }
    }

    @Test void messagesOfALostConnectionReachTheConsumer() throws Exception {
        Files.createFile(folder.resolve("open"));
        try (var server = ServerProcess.with(folder, ConsumerModule.class)) {
            server.start();
            var juliet = server.account("juliet");
            try (var romeo = server.login(server.account("romeo"), "r")) {
                var phone = server.login(juliet, "phone").send("<enable xmlns='" + SM + "' resume='true'/><presence/>");
                assertThat(phone.receive().name()).isEqualTo("enabled");
                assertThat(phone.receive().name()).isEqualTo("presence");
                send(romeo, juliet, "m1");
                assertThat(phone.receive().attribute("id")).isEqualTo("m1");
                phone.send("<a xmlns='" + SM + "' h='2'/>").fence();
                send(romeo, juliet, "m2");
                assertThat(phone.receive().attribute("id")).isEqualTo("m2"); // without acknowledging it
                phone.close();
                // the server has noticed the lost connection then
                await().atMost(Duration.ofSeconds(60)).until(() -> lines("taken").size() == 1);
                send(romeo, juliet, "m3");
                romeo.fence();
                awaitTaken(archiveIds(server, juliet, "m2", "m3"));
            }
        }
    }
}
