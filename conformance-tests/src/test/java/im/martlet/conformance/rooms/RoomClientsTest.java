package im.martlet.conformance.rooms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import im.martlet.address.Jid;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.ProfanityTerminal;
import im.martlet.conformance.harness.RoomVisitor;
import im.martlet.conformance.harness.ScriptedClient;
import im.martlet.conformance.harness.peers.Gajim;
import im.martlet.conformance.web.ConverseTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Gajim on a virtual screen, Profanity in a terminal, and Converse.js in Chromium are in one room: each client shows
 * the messages of the others.
 */
@Tag("real-clients")
class RoomClientsTest {
    private static final LocalServer SERVER = LocalServer.shared();
    private static final String ROOM = "everybody@conference.localhost";

    @TempDir Path home;

    private static ScriptedClient converse(Path chromium, Jid account) throws Exception {
        var pictures = Files.createDirectories(Path.of("target/screenshots")).toAbsolutePath();
        var command = new ProcessBuilder("node", "src/test/resources/clients/converse-room.mjs",
                "https://localhost:" + SERVER.server().http().secured().getFirst().getPort() + "/", account.local(),
                LocalServer.PASSWORD,
                ROOM, pictures.toString()).redirectErrorStream(true);
        command.environment().put("CHROMIUM", chromium.toString());
        return new ScriptedClient(command.start());
    }

    /** Creates an account with a bookmark of the room: Gajim enters the rooms of its bookmarks (XEP-0402). */
    private static Jid withBookmark(String name) throws Exception {
        var account = SERVER.account(name);
        try (var before = new RoomVisitor(SERVER.login(account, "before"))) {
            var answer = before.ask("set", account.toString(),
                    "<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='urn:xmpp:bookmarks:1'><item id='"
                            + ROOM
                            + "'><conference xmlns='urn:xmpp:bookmarks:1' name='everybody' autojoin='true'><nick>"
                            + name + "</nick></conference></item></publish></pubsub>");
            assertThat(RoomVisitor.condition(answer)).isEmpty();
        }
        return account;
    }

    private static void awaitOccupants(String... names) {
        await().atMost(Duration.ofSeconds(60)).untilAsserted(
                () -> assertThat(SERVER.command("room occupants", Map.of("room", ROOM)).toString()).contains(names));
    }

    @Test void threeClientsShowEachOthersMessages() throws Exception {
        Gajim.needed();
        for (String program : List.of("profanity", "tmux", "node"))
            assumeTrue(new ProcessBuilder("sh", "-c", "command -v " + program).start().waitFor() == 0,
                    program + " is not installed; see .ci/run");
        var chromium = ConverseTest.chromium();
        var hecate = SERVER.account("hecate");
        try (var host = RoomVisitor.at(SERVER, "host").make(ROOM, "host", Map.of());
                var gajim = Gajim.start(SERVER, withBookmark("gajim"), "room", ROOM);
                var converse = converse(chromium, hecate); var profanity = new ProfanityTerminal(SERVER, home)) {
            profanity.connect(SERVER.account("profanity"));
            profanity.type("/join " + ROOM + " nick profanity");
            converse.until("ready");
            awaitOccupants("gajim", "profanity", hecate.local());
            var gajimScript = new ScriptedClient(gajim.process());
            profanity.type("when shall we three meet again");
            converse.tell("say when the hurlyburly's done");
            converse.until("say when the hurlyburly's done");
            gajimScript.tell("say that will be ere the set of sun");
            gajimScript.until("say that will be ere the set of sun");
            profanity.sees("the hurlyburly's done");
            profanity.sees("ere the set of sun");
            for (String words : List.of("when shall we three meet again", "that will be ere the set of sun")) {
                converse.tell("hear " + words);
                converse.until("hear " + words);
            }
            for (String words : List.of("profanity: when shall we three meet again",
                    hecate.local() + ": when the hurlyburly's done")) {
                gajimScript.tell("hear " + words);
                gajimScript.until("hear " + words);
            }
            host.until("meet again", ROOM + "/profanity");
            awaitOccupants("gajim", "profanity", hecate.local(), "host");
        }
    }
}
