package im.martlet.conformance.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.ProfanityTerminal;
import im.martlet.conformance.harness.RoomVisitor;
import im.martlet.conformance.upload.UploadTest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real clients against this server. A client that is not installed is skipped, and the report says so. */
@Tag("real-clients")
class RealClientsTest {
    private static final LocalServer SERVER = LocalServer.shared();

    private static final Pattern FINGERPRINT = Pattern.compile("(?:[0-9a-fA-F]{8}-){3}");

    @TempDir Path home;

    private static void assumeInstalled(String program) throws Exception {
        assumeTrue(new ProcessBuilder("sh", "-c", "command -v " + program).start().waitFor() == 0,
                program + " is not installed");
    }

    private String run(String input, String... command) throws Exception {
        var out = home.resolve("out.txt").toFile();
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out);
        builder.environment().put("HOME", home.toString());
        builder.environment().put("TERM", "xterm");
        var process = builder.start();
        process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        boolean ended = process.waitFor(90, TimeUnit.SECONDS);
        if (!ended) process.destroyForcibly();
        var text = Files.readString(out.toPath());
        assertThat(ended && process.exitValue() == 0).as(text).isTrue();
        return text;
    }

    @Test void twoSlixmppClientsChat() throws Exception {
        assumeTrue(new ProcessBuilder("/usr/bin/python3", "-c", "import slixmpp").start().waitFor() == 0,
                "python3-slixmpp is not installed");
        var alice = SERVER.account("alice");
        var bob = SERVER.account("bob");
        var output = run("", "/usr/bin/python3", "src/test/resources/clients/chat.py", String.valueOf(SERVER.port()),
                alice.toString(), bob.toString(), LocalServer.PASSWORD);
        assertThat(output).contains(alice + " heard hello", bob + " heard good evening");
    }

    @Test void xmppJsLogsInWithATokenAndResumesItsSession() throws Exception {
        assumeInstalled("node");
        assumeTrue(Files.exists(Path.of("node_modules/@xmpp/client")), "@xmpp/client is not installed; see .ci/run");
        var alice = SERVER.account("alice");
        var output = run("", "env", "NODE_TLS_REJECT_UNAUTHORIZED=0", "node", "src/test/resources/clients/modern.mjs",
                "xmpps://127.0.0.1:" + SERVER.tlsPort(),
                "localhost", alice.local(), LocalServer.PASSWORD);
        var used = output.lines().filter(line -> line.startsWith("used")).toList();
        assertThat(used).containsExactly("used SCRAM-SHA-1", "used HT-SHA-256-NONE", "used HT-SHA-256-NONE");
        assertThat(output).contains("bound " + alice + "/", "resumed " + alice + "/", "answered result");
    }

    @Test void slixmppResumesItsSessionAndReadsItsArchive() throws Exception {
        assumeTrue(new ProcessBuilder("/usr/bin/python3", "-c", "import slixmpp").start().waitFor() == 0,
                "python3-slixmpp is not installed");
        var alice = SERVER.account("alice");
        var bob = SERVER.account("bob");
        var output = run("", "/usr/bin/python3", "src/test/resources/clients/history.py", String.valueOf(SERVER.port()),
                alice.toString(), bob.toString(), LocalServer.PASSWORD);
        assertThat(output.lines().filter(line -> line.startsWith(bob.toString()))).containsExactly(
                bob + " has a session",
                bob + " heard one", bob + " has resumed",
                bob + " heard two", bob + " heard three", bob + " reads one", bob + " reads two", bob + " reads three");
    }

    @Test void twoSlixmppClientsMeetInARoom() throws Exception {
        assumeTrue(new ProcessBuilder("/usr/bin/python3", "-c", "import slixmpp").start().waitFor() == 0,
                "python3-slixmpp is not installed");
        var output = run("", "/usr/bin/python3", "src/test/resources/clients/room.py", String.valueOf(SERVER.port()),
                SERVER.account("alice").toString(), SERVER.account("bob").toString(),
                LocalServer.PASSWORD, "slixmpp@conference.localhost");
        assertThat(output).contains("configured", "alice heard hello from bob", "bob heard good evening from alice");
    }

    @Test void slixmppUploadsAndFetchesALargeFile() throws Exception {
        assumeTrue(new ProcessBuilder("/usr/bin/python3", "-c", "import slixmpp, aiohttp").start().waitFor() == 0,
                "python3-slixmpp or python3-aiohttp is not installed");
        var bytes = UploadTest.bytes(50 << 20, 7);
        var file = Files.write(home.resolve("large.bin"), bytes);
        var output = run("", "/usr/bin/python3", "src/test/resources/clients/upload.py", String.valueOf(SERVER.port()),
                SERVER.account("alice").toString(), LocalServer.PASSWORD, file.toString(),
                SERVER.data().resolve("certificates/localhost.crt").toString());
        assertThat(output).contains("fetched "
                + java.util.HexFormat.of().formatHex(java.security.MessageDigest.getInstance("SHA-256").digest(bytes)));
    }

    @Test void slixmppSendsAFileThroughTheProxy() throws Exception {
        assumeTrue(new ProcessBuilder("/usr/bin/python3", "-c", "import slixmpp").start().waitFor() == 0,
                "python3-slixmpp is not installed");
        var bytes = UploadTest.bytes(3 << 20, 5);
        var file = Files.write(home.resolve("file.bin"), bytes);
        var output = run("", "/usr/bin/python3", "src/test/resources/clients/bytestream.py",
                String.valueOf(SERVER.port()), SERVER.account("alice").toString(), SERVER.account("bob").toString(),
                LocalServer.PASSWORD, file.toString());
        assertThat(output).contains("through proxy.localhost", "received "
                + java.util.HexFormat.of().formatHex(java.security.MessageDigest.getInstance("SHA-256").digest(bytes)));
    }

    @Test void goSendxmppSendsAMessage() throws Exception {
        assumeInstalled("go-sendxmpp");
        var alice = SERVER.account("alice");
        var bob = SERVER.account("bob");
        try (var listener = SERVER.login(alice, "here")) {
            listener.send("<presence/>").receive();
            run("good evening\n", "go-sendxmpp", "-n", "-u", bob.toString(), "-p", LocalServer.PASSWORD, "-j",
                    "127.0.0.1:" + SERVER.port(), alice.toString());
            var message = listener.receive();
            assertThat(message.child("body").orElseThrow().text()).isEqualTo("good evening");
            assertThat(message.attribute("from")).startsWith(bob + "/");
        }
    }

    @Test void profanityChats() throws Exception {
        assumeInstalled("profanity");
        assumeInstalled("tmux");
        var alice = SERVER.account("alice");
        var bob = SERVER.account("bob");
        try (var listener = SERVER.login(alice, "here"); var terminal = new ProfanityTerminal(SERVER, home)) {
            listener.send("<presence/>").receive();
            terminal.connect(bob);
            terminal.type("/msg " + alice + " good evening");
            var message = listener.receive();
            while (message.child("body").isEmpty()) message = listener.receive();
            assertThat(message.child("body").orElseThrow().text()).isEqualTo("good evening");
            listener.send("<message type='chat' to='" + message.attribute("from")
                    + "'><body>and a good night</body></message>");
            terminal.sees("and a good night");
        }
    }

    /** Profanity asks for the archive of a conversation when it opens the window (XEP-0313 §4.1.1). */
    @Test void profanityShowsEarlierMessages() throws Exception {
        assumeInstalled("profanity");
        assumeInstalled("tmux");
        var alice = SERVER.account("alice");
        var bob = SERVER.account("bob");
        try (var earlier = SERVER.login(bob, "earlier"); var other = SERVER.login(alice, "here")) {
            earlier.send("<presence/>").receive();
            other.send("<message type='chat' to='" + bob + "' id='1'><body>wherefore art thou</body></message>");
            assertThat(earlier.receive().attribute("id")).isEqualTo("1"); // no message waits for delivery any more
            earlier.send("<message type='chat' to='" + alice + "' id='2'><body>by a name I know not</body></message>")
                    .fence();
            try (var terminal = new ProfanityTerminal(SERVER, home)) {
                terminal.type("/mam on");
                terminal.sees("Message Archive Management enabled");
                terminal.connect(bob);
                // Profanity also asks at login: a window that opens before the reply may stay empty
                terminal.type("/disco info localhost");
                terminal.sees("urn:xmpp:");
                terminal.type("/msg " + alice);
                terminal.sees("wherefore art thou");
                terminal.sees("by a name I know not");
            }
        }
    }

    @Test void profanityCreatesARoomAndTalksInIt() throws Exception {
        assumeInstalled("profanity");
        assumeInstalled("tmux");
        String room = "profanity@conference.localhost";
        var bob = SERVER.account("bob");
        try (var guest = RoomVisitor.at(SERVER, "alice"); var terminal = new ProfanityTerminal(SERVER, home)) {
            terminal.connect(bob);
            terminal.type("/join " + room + " nick bob");
            terminal.sees("requires configuration");
            terminal.type("/room accept");
            terminal.sees("room unlocked");
            guest.enter(room, "alice");
            terminal.sees("alice");
            guest.say(room, "good evening everybody");
            terminal.sees("good evening everybody");
            terminal.type("and a good night");
            guest.until("and a good night", room + "/bob");
        }
    }

    private static void awaitDevices(im.martlet.address.Jid account) {
        var injector = SERVER.server().injector();
        var key = injector.getInstance(im.martlet.storage.account.Accounts.class).find(account).orElseThrow().key();
        await().atMost(Duration.ofSeconds(60)).until(() -> injector.getInstance(im.martlet.storage.pubsub.Nodes.class)
                .find(im.martlet.storage.pubsub.Nodes.Owner.of(key), "eu.siacs.conversations.axolotl.devicelist")
                .filter(node -> node.items() > 0).isPresent());
    }

    private static ProfanityTerminal profanity(Path home, im.martlet.address.Jid account) throws Exception {
        var terminal = new ProfanityTerminal(SERVER, Files.createDirectories(home));
        terminal.connect(account);
        terminal.type("/omemo gen");
        terminal.sees("Your Device ID is");
        terminal.type("/omemo trustmode blind");
        terminal.sees("trust mode");
        return terminal;
    }

    /** Two users without a subscription publish, find and fetch keys. The stream carries no plain text. */
    @Test void twoProfanitiesWriteEncrypted() throws Exception {
        assumeInstalled("profanity");
        assumeInstalled("tmux");
        var alice = SERVER.account("alice");
        var bob = SERVER.account("bob");
        try (var first = profanity(home.resolve("alice"), alice); var second = profanity(home.resolve("bob"), bob);
                var other = SERVER.login(bob, "other")) {
            other.send("<presence/>").receive();
            awaitDevices(bob);
            first.type("/omemo start " + bob);
            first.sees("[OMEMO]");
            await().atMost(Duration.ofSeconds(60)).until(() -> { // Profanity does not show that it has the keys
                first.type("/omemo fingerprint " + bob);
                return FINGERPRINT.matcher(first.screen()).find();
            });
            first.type("the raven himself is hoarse");
            second.sees("chat message");
            second.type("/win 2");
            second.sees("the raven himself is hoarse");
            var message = other.receive();
            while (!message.toString().contains("eu.siacs.conversations.axolotl")) message = other.receive();
            assertThat(message.toString()).doesNotContain("raven");
        }
    }
}
