package im.martlet.conformance.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import im.martlet.address.Jid;
import im.martlet.conformance.harness.CuttableLink;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.RoomVisitor;
import im.martlet.conformance.harness.ScriptedClient;
import im.martlet.conformance.harness.peers.Ejabberd;
import im.martlet.conformance.harness.peers.FederatedServer;
import im.martlet.conformance.harness.peers.LoopbackDns;
import im.martlet.conformance.harness.peers.Prosody;
import im.martlet.conformance.harness.peers.TestAuthority;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The link to a remote server is cut and restored while users of each server are in rooms of the other. In the end both
 * servers agree on the occupants.
 */
class CutLinkTest {
    private static final LoopbackDns DNS = new LoopbackDns();
    private static final TestAuthority AUTHORITY = new TestAuthority();
    private static FederatedServer martlet;
    private static CuttableLink toMartlet;

    /** Starts a slixmpp client for a room; the test controls it by commands. */
    private static ScriptedClient bot(Jid account, int port, String room, String nick) throws IOException {
        return new ScriptedClient(new ProcessBuilder("/usr/bin/python3", "src/test/resources/clients/occupant.py",
                account.toString(), String.valueOf(port), LocalServer.PASSWORD, room, nick)
                .redirectError(ProcessBuilder.Redirect.INHERIT).start());
    }

    private static boolean isInside(ScriptedClient bot) throws IOException { return bot.ask("ping").equals("inside"); }

    @BeforeAll static void start() throws Exception {
        assumeTrue(new ProcessBuilder("/usr/bin/python3", "-c", "import slixmpp").start().waitFor() == 0,
                "python3-slixmpp is not installed");
        martlet = FederatedServer.start("martlet.example", AUTHORITY,
                AUTHORITY.certify("martlet.example", "*.martlet.example"), DNS,
                "[rejoin]\nretry = \"1s\"\n[rooms]\nprobe = \"2s\"");
        toMartlet = new CuttableLink(martlet.port());
        DNS.onThisMachine("martlet.example", "xmpp-server", toMartlet.port())
                .onThisMachine("conference.martlet.example", "xmpp-server", toMartlet.port());
    }

    @AfterAll static void stop() throws Exception {
        if (martlet != null) martlet.close();
        if (toMartlet != null) toMartlet.close();
        DNS.close();
    }

    private static CuttableLink cable(String domain, int port) throws IOException {
        var cable = new CuttableLink(port);
        DNS.forget(domain).server("rooms." + domain, "xmpp-server", 10, cable.port()).server(domain, "xmpp-server", 10,
                cable.port());
        return cable;
    }

    private static String occupants(String room) {
        return martlet.server.command("room occupants", Map.of("room", room)).toString();
    }

    @Test void occupantsAgreeWithProsodyAfterACut() throws Exception {
        assumeTrue(Prosody.isInstalled(), "Prosody is not installed");
        try (var prosody = Prosody.start("prosody.example", AUTHORITY,
                AUTHORITY.certify("prosody.example", "rooms.prosody.example"), DNS, "s2s_secure_auth = true");
                var cable = cable("prosody.example", prosody.serverPort())) {
            cutAndMend(Jid.parse("juliet@prosody.example"), prosody.clientPort(), "rooms.prosody.example", cable);
        }
    }

    @Test void occupantsAgreeWithEjabberdAfterACut() throws Exception {
        assumeTrue(Ejabberd.isInstalled(), "ejabberd is not installed");
        try (var ejabberd = Ejabberd.start("ejabberd.example", AUTHORITY,
                AUTHORITY.certify("ejabberd.example", "rooms.ejabberd.example"), DNS, "");
                var cable = cable("ejabberd.example", ejabberd.serverPort())) {
            ejabberd.register("juliet").close();
            cutAndMend(Jid.parse("juliet@ejabberd.example"), ejabberd.clientPort(), "rooms.ejabberd.example", cable);
        }
    }

    private static void cutAndMend(Jid juliet, int port, String theirRooms, CuttableLink cable) throws Exception {
        String here = "cut-" + juliet.domain() + "@conference.martlet.example";
        String there = "verona@" + theirRooms;
        try (var romeo = new RoomVisitor(martlet.login("romeo")); var abroad = bot(juliet, port, here, "juliet");
                var atHome = bot(juliet.withResource("home"), port, there, "nurse")) {
            romeo.make(here, "romeo", Map.of());
            assertThat(abroad.ask("enter")).isEqualTo("inside");
            assertThat(atHome.ask("enter")).isEqualTo("inside");
            assertThat(isInside(atHome)).as("the occupant is still inside after the room was configured").isTrue();
            romeo.send("<presence to='" + there + "/romeo'><x xmlns='" + RoomVisitor.MUC + "'/></presence>")
                    .until("<presence", "code='110'", theirRooms);
            cut(cable);
            romeo.send("<message type='groupchat' to='" + here + "'><body>can you hear me?</body></message>")
                    .until("can you hear me?");
            assertThat(atHome.ask("say and me?")).isEqualTo("said");
            mend(cable);
            // a local room with a remote occupant
            await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(500))
                    .until(() -> isInside(abroad) == occupants(here).contains(juliet.toString()));
            if (!isInside(abroad)) assertThat(abroad.ask("enter")).isEqualTo("inside");
            romeo.say(here, "all is well");
            await().atMost(Duration.ofSeconds(20)).until(() -> abroad.ask("heard").contains("all is well"));
            assertThat(abroad.ask("who")).isEqualTo("juliet,romeo");
            assertThat(occupants(here)).contains("juliet", "romeo");
            // a remote room with a local occupant; the dialogue of XEP-0410 tests that our server rejoins
            await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(500))
                    .until(() -> isOccupant(romeo, there) == atHome.ask("who").contains("romeo"));
            if (!isOccupant(romeo, there)) romeo.enter(there, "romeo");
            assertThat(atHome.ask("say good night")).isEqualTo("said");
            romeo.until("good night");
        }
    }

    /** Returns whether the room confirms that romeo is an occupant. */
    private static boolean isOccupant(RoomVisitor romeo, String room) throws Exception {
        return RoomVisitor.condition(romeo.ask("get", room + "/romeo", "<ping xmlns='urn:xmpp:ping'/>")).isEmpty();
    }

    private static void cut(CuttableLink cable) {
        cable.cut();
        toMartlet.cut();
    }

    private static void mend(CuttableLink cable) throws IOException {
        toMartlet.mend();
        cable.mend();
    }
}
