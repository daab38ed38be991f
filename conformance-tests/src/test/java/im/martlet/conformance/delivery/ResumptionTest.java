package im.martlet.conformance.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LedgerAudit;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.ReceivedXml;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Difficult cases of XEP-0198 §5: half a stanza, and several connections that resume one session at once. */
class ResumptionTest {
    private static final LocalServer SERVER = LocalServer.shared();
    private static final String SM = "urn:xmpp:sm:3";
    private static final String REQUEST = "<r xmlns='" + SM + "'/>";

    private Jid romeoJid;
    private Jid julietJid;
    private Client romeo;
    private Client juliet;
    private String stream;

    @BeforeEach void logIn() throws Exception {
        romeoJid = SERVER.account("romeo");
        julietJid = SERVER.account("juliet");
        romeo = SERVER.login(romeoJid, "r").send("<enable xmlns='" + SM + "' resume='true'/>");
        stream = romeo.receive().attribute("id");
        juliet = SERVER.login(julietJid, "j").send("<presence/>");
        assertThat(juliet.receive().name()).isEqualTo("presence");
    }

    private String message(int number) { return message(julietJid, number); }

    private static String message(Jid to, int number) {
        return "<message type='chat' to='" + to + "' id='m" + number + "'><body>" + number + "</body></message>";
    }

    private static List<String> ids(int from, int to) {
        return java.util.stream.IntStream.rangeClosed(from, to).mapToObj(n -> "m" + n).toList();
    }

    private String resume(int h) { return "<resume xmlns='" + SM + "' previd='" + stream + "' h='" + h + "'/>"; }

    private static List<String> messages(Client client, int count) throws Exception {
        var ids = new ArrayList<String>();
        for (int i = 0; i < count; i++) ids.add(client.receive().attribute("id"));
        client.fence();
        assertThat(client.peek()).isNull();
        return ids;
    }

    private static List<String> archive(Jid account) throws Exception {
        try (var client = SERVER.login(account, "archive")) {
            return LedgerAudit.archive(client);
        }
    }

    @Test void halfAStanzaIsNotCountedAndTheSessionContinues() throws Exception {
        String second = message(2);
        romeo.send(message(1) + REQUEST + second.substring(0, second.length() / 2));
        assertThat(romeo.receive().attribute("h")).isEqualTo("1");
        romeo.close();
        SERVER.awaitDetached(romeo.jid());

        try (var again = SERVER.authenticate(romeoJid).send(resume(0))) {
            var resumed = again.receive();
            assertThat(resumed.name()).isEqualTo("resumed");
            assertThat(resumed.attribute("h")).isEqualTo("1");
            again.send(second + REQUEST);
            assertThat(again.receive().name()).isEqualTo("r");
            assertThat(again.receive().attribute("h")).isEqualTo("2");
        }
        assertThat(messages(juliet, 2)).isEqualTo(ids(1, 2));
        assertThat(archive(romeoJid)).isEqualTo(ids(1, 2));
        assertThat(archive(julietJid)).isEqualTo(ids(1, 2));
    }

    @Test void clientThatAcknowledgesOnRequestKeepsItsSessionDuringALongArchiveQuery() throws Exception {
        try (var server = LocalServer.start(LocalServer.SETTINGS.replace("[limits]\n", "[limits]\nrate = 0\n"));
                var reader = server.login(server.account("reader"), "r")) {
            for (int i = 0; i < 60; i++) reader.send("<message type='chat' to='" + julietJid.local()
                    + "@other.example' id='m'><body>" + "x".repeat(20_000) + "</body></message>");
            // the recipient does not exist
            for (int i = 0; i < 60; i++) assertThat(reader.receive().attribute("type")).isEqualTo("error");
            reader.send("<enable xmlns='" + SM + "'/>");
            assertThat(reader.receive().name()).isEqualTo("enabled");
            int results = 0;
            int handled = 0;
            for (String after = ""; results < 60;) {
                reader.send("<iq type='set' id='page'><query xmlns='urn:xmpp:mam:2'>"
                        + "<set xmlns='http://jabber.org/protocol/rsm'><max>50</max>" + after
                        + "</set></query></iq>");
                for (var next = reader.receive();; next = reader.receive()) {
                    if (next.is(SM, "r")) {
                        reader.send("<a xmlns='" + SM + "' h='" + handled + "'/>");
                        continue;
                    }
                    handled++;
                    if (next.name().equals("message")) results++;
                    else {
                        after = "<after>" + next.child("fin").flatMap(f -> f.child("set")).flatMap(f -> f.child("last"))
                                .orElseThrow().text() + "</after>";
                        break;
                    }
                }
            }
        }
    }

    @Test void onlyTheOwnAccountResumesASession() throws Exception {
        romeo.send(message(1) + REQUEST);
        assertThat(romeo.receive().attribute("h")).isEqualTo("1");
        try (var stranger = SERVER.connect().open("localhost").secure().send(resume(0))) {
            // XEP-0198 §5: not before authentication
            assertThat(stranger.receive().child("unexpected-request")).isPresent();
        }
        try (var tybalt = SERVER.authenticate(SERVER.account("tybalt")).send(resume(0))) {
            var failed = tybalt.receive();
            assertThat(failed.child("item-not-found")).isPresent();
            assertThat(failed.attribute("h")).isEmpty(); // the session's existence is not revealed
        }
        romeo.fence();
        romeo.send("</stream:stream>").close();
        SERVER.awaitGone(romeo.jid());
        try (var tybalt = SERVER.authenticate(SERVER.account("tybalt")).send(resume(0))) {
            assertThat(tybalt.receive().attribute("h")).isEmpty();
        }
        try (var again = SERVER.authenticate(romeoJid).send(resume(0))) {
            assertThat(again.receive().attribute("h")).isEqualTo("2"); // and the ping of the fence
        }
    }

    @Test void resumptionResendsMessagesThatAreStuckOnTheOldConnection() throws Exception {
        try (var server = LocalServer.start(LocalServer.SETTINGS.replace("[limits]\n", "[limits]\nrate = 0\n"));
                var sender = server.login(server.account("sender"), "s")) {
            var account = server.account("reader");
            var reader = server.login(account, "r").send("<enable xmlns='" + SM + "' resume='true'/><presence/>");
            stream = reader.receive().attribute("id");
            assertThat(reader.receive().name()).isEqualTo("presence");
            reader.stopReading();
            for (int i = 1; i <= 300; i++) sender.send("<message type='chat' to='" + account + "' id='m" + i
                    + "'><body>" + "x".repeat(20_000) + "</body></message>");
            sender.fence(); // more than any buffer holds
            try (var again = server.authenticate(account).send(resume(1))) {
                assertThat(again.receive().name()).isEqualTo("resumed");
                var received = new ArrayList<String>();
                int handled = 1;
                while (received.size() < 300) {
                    var next = again.receive();
                    if (next.is(SM, "r")) again.send("<a xmlns='" + SM + "' h='" + handled + "'/>");
                    else {
                        handled++;
                        received.add(next.attribute("id"));
                    }
                }
                assertThat(received).isEqualTo(ids(1, 300));
                again.fence();
            }
            reader.close();
        }
    }

    /** XEP-0280 §2: "MUST be able to see all outbound instant messaging messages". */
    @Test void detachedSessionEndsRatherThanMissSentCarbons() throws Exception {
        try (var server = LocalServer.start(LocalServer.SETTINGS.replace("[limits]\n", "[limits]\nrate = 0\n"));
                var laptop = server.login(server.account("reader"), "laptop")) {
            var account = laptop.jid().bare();
            var phone = server.login(account, "phone").send("<enable xmlns='" + SM
                    + "' resume='true'/><iq type='set' id='c'><enable xmlns='urn:xmpp:carbons:2'/></iq>");
            stream = phone.receive().attribute("id");
            phone.receive();
            phone.close();
            server.awaitDetached(phone.jid());
            var friend = server.account("friend");
            for (int i = 1; i <= 12; i++) laptop.send("<message type='chat' to='" + friend + "' id='m" + i + "'><body>"
                    + "x".repeat(20_000) + "</body></message>");
            laptop.fence();
            try (var again = server.authenticate(account).send(resume(1))) {
                var answer = again.receive();
                // a session that is resumed must have all messages
                if (answer.name().equals("resumed")) assertThat(messages(again, 12)).isEqualTo(ids(1, 12));
                else assertThat(answer.child("item-not-found")).isPresent();
            }
        }
    }

    @Test void failedResumptionCountsStanzasWithPendingWrites() throws Exception {
        try (var database = java.sql.DriverManager.getConnection(SERVER.database())) {
            romeo.send(message(1) + REQUEST);
            assertThat(romeo.receive().attribute("h")).isEqualTo("1");
            database.setAutoCommit(false);
            // blocks all further writes to this row
            database.createStatement().execute("SELECT * FROM resumable WHERE id = '" + stream + "' FOR UPDATE");
            romeo.send(message(2));
            assertThat(messages(juliet, 2)).isEqualTo(ids(1, 2)); // both are handled; only that write is pending
            romeo.send("</stream:stream>").close();
            SERVER.awaitGone(romeo.jid());
            try (var again = SERVER.authenticate(romeoJid).send(resume(0));
                    var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                var answer = threads.submit(again::receive);
                try {
                    // the reply comes at once, or after the end of the blocking transaction
                    answer.get(1, java.util.concurrent.TimeUnit.SECONDS);
                } catch (java.util.concurrent.TimeoutException later) {
                    database.rollback();
                }
                assertThat(answer.get().attribute("h")).isEqualTo("2");
            }
        }
    }

    /** The result of one attempt to resume, with all stanzas after it. */
    private record Outcome(Client client, ReceivedXml answer, List<ReceivedXml> later, boolean alive) {
        static Outcome of(Client client, ReceivedXml answer) throws Exception {
            try {
                client.send("<iq type='get' id='alive' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>");
            } catch (IOException ended) {
                // the stream error with the reason is read below
            }
            var later = new ArrayList<ReceivedXml>();
            for (var e = client.receive(); e != ReceivedXml.CLOSED; e = client.receive()) {
                if (e.attribute("id").equals("alive")) return new Outcome(client, answer, later, true);
                later.add(e);
            }
            return new Outcome(client, answer, later, false);
        }

        boolean endedWith(String condition) {
            return later.stream().anyMatch(e -> e.is(Client.STREAMS, "error") && e.child(condition).isPresent());
        }

        List<String> messages() {
            return later.stream().filter(e -> e.name().equals("message")).map(e -> e.attribute("id")).toList();
        }
    }

    @RepeatedTest(50) void oneOfTwoConcurrentResumptionsGetsTheSession() throws Exception {
        try (var first = SERVER.authenticate(romeoJid); var second = SERVER.authenticate(romeoJid);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var start = new CyclicBarrier(4);
            var sending = threads.submit(after(start, () -> {
                for (int i = 1; i <= 10; i++) romeo.send(message(i) + REQUEST);
                return true;
            }));
            threads.submit(after(start, () -> {
                for (int i = 1; i <= 10; i++) juliet.send(message(romeo.jid(), i));
                return true;
            }));
            var firstAnswer = threads.submit(after(start, () -> first.send(resume(0)).receive()));
            var secondAnswer = threads.submit(after(start, () -> second.send(resume(0)).receive()));
            var answers = List.of(firstAnswer.get(), secondAnswer.get());
            try {
                sending.get();
            } catch (java.util.concurrent.ExecutionException oldConnectionClosed) {
                assertThat(oldConnectionClosed).hasCauseInstanceOf(IOException.class);
            }
            juliet.fence(); // all of Juliet's messages are on their way to the session
            var outcomes = new ArrayList<Outcome>();
            for (int i = 0; i < 2; i++) if (!answers.get(i).name().equals("failed"))
                outcomes.add(Outcome.of(i == 0 ? first : second, answers.get(i)));
            assertThat(outcomes).isNotEmpty().allSatisfy(o -> assertThat(o.answer.name()).isEqualTo("resumed"))
                    .filteredOn(Outcome::alive).hasSize(1);
            assertThat(outcomes).filteredOn(o -> !o.alive)
                    .allSatisfy(o -> assertThat(o.endedWith("conflict")).isTrue());
            finish(outcomes.stream().filter(Outcome::alive).findFirst().orElseThrow());
        }
    }

    private static <T> Callable<T> after(CyclicBarrier start, Callable<T> work) {
        return () -> {
            start.await();
            return work.call();
        };
    }

    /** Sends the messages that the server has not handled, and checks that each message exists once. */
    private void finish(Outcome winner) throws Exception {
        int handled = Integer.parseInt(winner.answer.attribute("h"));
        for (int i = handled + 1; i <= 10; i++) winner.client.send(message(i));
        winner.client.send(REQUEST);
        var received = new ArrayList<>(winner.messages());
        var next = winner.client.receive();
        for (; !next.name().equals("a"); next = winner.client.receive())
            if (next.name().equals("message")) received.add(next.attribute("id"));
        assertThat(next.attribute("h")).isEqualTo("11"); // and the ping
        assertThat(received).isEqualTo(ids(1, 10));
        assertThat(messages(juliet, 10)).isEqualTo(ids(1, 10));
        assertThat(archive(julietJid)).hasSize(20);
    }
}
