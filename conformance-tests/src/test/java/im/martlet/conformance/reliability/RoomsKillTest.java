package im.martlet.conformance.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.Ledger;
import im.martlet.conformance.harness.ReceivedXml;
import im.martlet.conformance.harness.RoomVisitor;
import im.martlet.conformance.harness.ServerProcess;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Kills the server while occupants talk: the room's archive has each acknowledged message once and in order. */
@Execution(ExecutionMode.CONCURRENT)
class RoomsKillTest {
    private static final String SM = "urn:xmpp:sm:3";
    private static final String ROOM = "crowd@conference.localhost";
    private static final int KILLS = Integer.getInteger("martlet.kills", 5);
    private static final long SEED = Long.getLong("martlet.seed", new Random().nextInt(1_000_000));
    private static final int SPEAKERS = 6;

    @TempDir Path folder;

    /** An occupant that sends messages, and reconnects after each start of the server. */
    private final class Speaker {
        final Jid account;
        final Ledger ledger = new Ledger();
        private volatile boolean alive;
        private Client client;
        private int number;
        private long handled; // stanzas received on this stream

        Speaker(Jid account) { this.account = account; }

        /** Enters the room. @return the thread that reads until the connection is lost */
        Thread enter(String stream) throws Exception {
            client = server.authenticate(account);
            if (!stream.isEmpty()) {
                client.send("<resume xmlns='" + SM + "' previd='" + stream + "' h='0'/>");
                var failed = client.receive();
                assertThat(failed.name()).isEqualTo("failed");
                acknowledged.release(
                        ledger.handled(failed.attribute("h").isEmpty() ? 0 : Long.parseLong(failed.attribute("h"))));
            }
            client.bind("x").send("<enable xmlns='" + SM + "' resume='true'/>");
            this.stream = client.receive().attribute("id");
            alive = true;
            handled = 0;
            var again = ledger.anew();
            send(new Ledger.Sent("", "<presence to='" + ROOM + "/" + account.local() + "'><x xmlns='" + RoomVisitor.MUC
                    + "'><history maxchars='0'/></x></presence>", false));
            for (var stanza : again) send(stanza);
            client.send("<r xmlns='" + SM + "'/>"); // resent stanzas need an <r/> too
            return Thread.ofVirtual().start(this::read);
        }

        String stream = "";

        private void send(Ledger.Sent stanza) throws IOException {
            ledger.sent(stanza);
            client.send(stanza.xml());
        }

        void talk() throws Exception {
            var reader = enter(stream);
            try {
                while (ledger.awaitRoom(10, () -> !alive) && alive) {
                    String id = account.local() + "_" + ++number;
                    send(new Ledger.Sent(id, "<message type='groupchat' id='" + id + "' to='" + ROOM + "'><body>"
                            + number + "</body></message>", true));
                    client.send("<r xmlns='" + SM + "'/>");
                }
            } catch (IOException lost) {
                alive = false;
            }
            client.close();
            reader.join();
        }

        void settle() throws Exception {
            enter(stream);
            if (!ledger.awaitRoom(1, () -> !alive)) complaints.add(account + " cannot get everything acknowledged");
        }

        private void read() {
            try {
                for (var e = client.receive(); e != ReceivedXml.CLOSED && e != ReceivedXml.END; e = client.receive()) {
                    if (e.is(SM, "a")) acknowledged.release(ledger.handled(Long.parseLong(e.attribute("h"))));
                    else if (e.is(SM, "r")) client.send("<a xmlns='" + SM + "' h='" + handled + "'/>");
                    else handled++;
                    if (e.name().equals("message") && e.attribute("type").equals("error"))
                        complaints.add(account + " received " + e);
                }
            } catch (Exception | AssertionError e) {
                if (!killed) complaints.add(account + ": " + e);
            } finally {
                alive = false;
                ledger.goOn();
            }
        }
    }

    private ServerProcess server;
    private final Semaphore acknowledged = new Semaphore(0);
    private final Queue<String> complaints = new ConcurrentLinkedQueue<>();
    private volatile boolean killed;

    @Test void acknowledgedRoomMessagesSurviveKills() throws Exception {
        System.out.println(KILLS + " kills; to repeat them: -Dmartlet.seed=" + SEED);
        try (var postgres = EmbeddedPostgres.builder().setOutputRedirector(Redirect.DISCARD)
                .setErrorRedirector(Redirect.DISCARD).start();
                var process = new ServerProcess(folder, "[storage]\nurl = '"
                        + postgres.getJdbcUrl("postgres", "postgres") + "'\nuser = 'postgres'\n")) {
            server = process;
            server.start();
            var owner = server.account("owner");
            try (var visitor = new RoomVisitor(server.login(owner, "x"))) {
                visitor.make(ROOM, "owner", Map.of("persistentroom", "1"));
            }
            var speakers = new ArrayList<Speaker>();
            for (int i = 0; i < SPEAKERS; i++) speakers.add(new Speaker(server.account("speaker" + i)));
            var random = new Random(SEED);
            for (int kill = 0; kill < KILLS; kill++) {
                talkAndKill(speakers, 1 + random.nextInt(400));
                assertThat(complaints).as(server.output()).isEmpty();
                server.start();
            }
            killed = false;
            for (var speaker : speakers) speaker.settle();
            assertThat(complaints).isEmpty();
            check(owner, speakers);
        }
    }

    private void talkAndKill(List<Speaker> speakers, int acknowledgements) throws Exception {
        acknowledged.drainPermits();
        killed = false;
        try (var all = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var speaker : speakers) all.submit(() -> {
                try {
                    speaker.talk();
                } catch (Exception | AssertionError e) {
                    if (!killed) complaints.add(speaker.account + ": " + e);
                }
            });
            if (!acknowledged.tryAcquire(acknowledgements, 60, TimeUnit.SECONDS))
                complaints.add("too few acknowledgements");
            killed = true;
            server.kill();
        }
    }

    private void check(Jid owner, List<Speaker> speakers) throws Exception {
        var archive = new ArrayList<String>();
        try (var visitor = new RoomVisitor(server.login(owner, "x"))) {
            for (String after = "", complete = ""; complete.isEmpty();) {
                visitor.send("<iq type='set' id='page' to='" + ROOM
                        + "'><query xmlns='urn:xmpp:mam:2'><set xmlns='http://jabber.org/protocol/rsm'><max>100</max>"
                        + after + "</set></query></iq>");
                ReceivedXml next = visitor.client().receive();
                for (; !next.attribute("id").equals("page"); next = visitor.client().receive())
                    next.child("result").ifPresent(result -> archive.add(
                            result.child("forwarded").orElseThrow().child("message").orElseThrow().attribute("id")));
                var fin = next.child("fin").orElseThrow();
                complete = fin.attribute("complete");
                after = "<after>" + fin.child("set").orElseThrow().child("last").map(ReceivedXml::text).orElse("")
                        + "</after>";
            }
        }
        assertThat(archive).doesNotHaveDuplicates();
        for (var speaker : speakers)
            assertThat(archive.stream().filter(id -> id.startsWith(speaker.account.local() + "_")).toList())
                    .isEqualTo(speaker.ledger.acknowledged());
        System.out.println(archive.size() + " messages were acknowledged in a room and none was lost");
    }
}
