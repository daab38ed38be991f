package im.martlet.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import im.martlet.address.Jid;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The way to another server is cut while its users are in rooms here, and ours in rooms there, and mended: nobody ends in two minds about who is there. */
class CutLinkTest {
    private static final LoopbackDns DNS = new LoopbackDns();
    private static final TestAuthority AUTHORITY = new TestAuthority();
    private static Federated martlet;
    private static Cable toMartlet;

    /** A slixmpp client in a room, which is asked things. */
    private record Bot(Process process, OutputStream in, BufferedReader out) implements AutoCloseable {
        static Bot start(Jid account, int port, String room, String nick) throws IOException {
            var process = new ProcessBuilder("/usr/bin/python3", "src/test/resources/clients/occupant.py", account.toString(), String.valueOf(port), LocalServer.PASSWORD, room, nick)
                    .redirectError(ProcessBuilder.Redirect.INHERIT).start();
            return new Bot(process, process.getOutputStream(), process.inputReader(StandardCharsets.UTF_8));
        }

        String ask(String what) throws IOException {
            in.write((what + "\n").getBytes(StandardCharsets.UTF_8));
            in.flush();
            return String.valueOf(out.readLine());
        }

        boolean isInside() throws IOException { return ask("ping").equals("inside"); }

        @Override public void close() {
            process.destroy();
            process.onExit().completeOnTimeout(process, 5, java.util.concurrent.TimeUnit.SECONDS).join().destroyForcibly();
        }
    }

    @BeforeAll static void start() throws Exception {
        assumeTrue(new ProcessBuilder("/usr/bin/python3", "-c", "import slixmpp").start().waitFor() == 0, "python3-slixmpp is not installed");
        martlet = Federated.start("martlet.example", AUTHORITY, AUTHORITY.certify("martlet.example", "*.martlet.example"), DNS, "[rejoin]\nretry = \"1s\"\n[rooms]\nprobe = \"2s\"");
        toMartlet = new Cable(martlet.port());
        DNS.forget("martlet.example").server("martlet.example", "xmpp-server", 10, toMartlet.port()).server("conference.martlet.example", "xmpp-server", 10, toMartlet.port());
    }

    @AfterAll static void stop() throws Exception {
        if (martlet != null) martlet.close();
        if (toMartlet != null) toMartlet.close();
        DNS.close();
    }

    private static Cable cable(String domain, int port) throws IOException {
        var cable = new Cable(port);
        DNS.forget(domain).server("rooms." + domain, "xmpp-server", 10, cable.port()).server(domain, "xmpp-server", 10, cable.port());
        return cable;
    }

    private static String occupants(String room) { return martlet.server.command("room occupants", Map.of("room", room)).toString(); }

    @Test void withProsody() throws Exception {
        assumeTrue(Prosody.isInstalled(), "Prosody is not installed");
        try (var prosody = Prosody.start("prosody.example", AUTHORITY, AUTHORITY.certify("prosody.example", "rooms.prosody.example"), DNS, "s2s_secure_auth = true"); var cable = cable("prosody.example", prosody.serverPort())) {
            play(Jid.parse("juliet@prosody.example"), prosody.clientPort(), "rooms.prosody.example", cable);
        }
    }

    @Test void withEjabberd() throws Exception {
        assumeTrue(Ejabberd.isInstalled(), "ejabberd is not installed");
        try (var ejabberd = Ejabberd.start("ejabberd.example", AUTHORITY, AUTHORITY.certify("ejabberd.example", "rooms.ejabberd.example"), DNS, ""); var cable = cable("ejabberd.example", ejabberd.serverPort())) {
            ejabberd.register("juliet").close();
            play(Jid.parse("juliet@ejabberd.example"), ejabberd.clientPort(), "rooms.ejabberd.example", cable);
        }
    }

    private static void play(Jid juliet, int port, String theirRooms, Cable cable) throws Exception {
        String here = "cut-" + juliet.domain() + "@conference.martlet.example";
        String there = "verona@" + theirRooms;
        try (var romeo = new Visitor(martlet.login("romeo")); var abroad = Bot.start(juliet, port, here, "juliet"); var atHome = Bot.start(juliet.withResource("home"), port, there, "nurse")) {
            romeo.make(here, "romeo", Map.of());
            assertThat(abroad.ask("enter")).isEqualTo("inside");
            assertThat(atHome.ask("enter")).isEqualTo("inside");
            assertThat(atHome.isInside()).as("and the room is configured").isTrue();
            romeo.send("<presence to='" + there + "/romeo'><x xmlns='" + Visitor.MUC + "'/></presence>").until("<presence", "code='110'", theirRooms);
            cut(cable);
            romeo.send("<message type='groupchat' to='" + here + "'><body>can you hear me?</body></message>").until("can you hear me?");
            assertThat(atHome.ask("say and me?")).isEqualTo("said");
            mend(cable);
            // a room of ours, and who is in it from there
            await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(500)).until(() -> abroad.isInside() == occupants(here).contains(juliet.toString()));
            if (!abroad.isInside()) assertThat(abroad.ask("enter")).isEqualTo("inside");
            romeo.say(here, "all is well");
            await().atMost(Duration.ofSeconds(20)).until(() -> abroad.ask("heard").contains("all is well"));
            assertThat(abroad.ask("who")).isEqualTo("juliet,romeo");
            assertThat(occupants(here)).contains("juliet", "romeo");
            // a room of theirs: our server sees to it that we are there
            await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(500)).until(() -> atHome.ask("who").equals("nurse,romeo") && Visitor.condition(romeo.ask("get", there + "/romeo", "<ping xmlns='urn:xmpp:ping'/>")).isEmpty());
            assertThat(atHome.ask("say good night")).isEqualTo("said");
            romeo.until("good night");
        }
    }

    private static void cut(Cable cable) {
        cable.cut();
        toMartlet.cut();
    }

    private static void mend(Cable cable) throws IOException {
        toMartlet.mend();
        cable.mend();
    }
}
