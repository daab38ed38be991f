package im.martlet.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that people use, against this server. One that is not installed is skipped, and the report says so. */
@Tag("real-clients")
class RealClientsTest {
    private static final LocalServer SERVER = LocalServer.shared();

    private static final Pattern FINGERPRINT = Pattern.compile("(?:[0-9a-fA-F]{8}-){3}");

    @TempDir Path home;

    private static void needs(String program) throws Exception {
        assumeTrue(new ProcessBuilder("sh", "-c", "command -v " + program).start().waitFor() == 0, program + " is not installed");
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
        assumeTrue(new ProcessBuilder("/usr/bin/python3", "-c", "import slixmpp").start().waitFor() == 0, "python3-slixmpp is not installed");
        var alice = SERVER.account("alice");
        var bob = SERVER.account("bob");
        var said = run("", "/usr/bin/python3", "src/test/resources/clients/chat.py", String.valueOf(SERVER.port()), alice.toString(), bob.toString(), LocalServer.PASSWORD);
        assertThat(said).contains(alice + " heard hello", bob + " heard good evening");
    }

    @Test void goSendxmppSendsAMessage() throws Exception {
        needs("go-sendxmpp");
        var alice = SERVER.account("alice");
        var bob = SERVER.account("bob");
        try (var listener = SERVER.login(alice, "here")) {
            listener.send("<presence/>").receive();
            run("good evening\n", "go-sendxmpp", "-n", "-u", bob.toString(), "-p", LocalServer.PASSWORD, "-j", "127.0.0.1:" + SERVER.port(), alice.toString());
            var message = listener.receive();
            assertThat(message.child("body").orElseThrow().text()).isEqualTo("good evening");
            assertThat(message.attribute("from")).startsWith(bob + "/");
        }
    }

    @Test void profanityChats() throws Exception {
        needs("profanity");
        needs("tmux");
        var alice = SERVER.account("alice");
        var bob = SERVER.account("bob");
        try (var listener = SERVER.login(alice, "here"); var terminal = new Terminal(home)) {
            listener.send("<presence/>").receive();
            terminal.type("/connect " + bob + " server 127.0.0.1 port " + SERVER.port() + " tls trust");
            terminal.sees("password");
            terminal.type(LocalServer.PASSWORD);
            terminal.sees("logged in successfully");
            terminal.type("/msg " + alice + " good evening");
            var message = listener.receive();
            while (message.child("body").isEmpty()) message = listener.receive();
            assertThat(message.child("body").orElseThrow().text()).isEqualTo("good evening");
            listener.send("<message type='chat' to='" + message.attribute("from") + "'><body>and a good night</body></message>");
            terminal.sees("and a good night");
        }
    }

    private static void awaitDevices(im.martlet.address.Jid account) {
        var injector = SERVER.server().injector();
        var key = injector.getInstance(im.martlet.storage.Accounts.class).find(account).orElseThrow().key();
        await().atMost(Duration.ofSeconds(60)).until(() -> injector.getInstance(im.martlet.storage.Nodes.class)
                .find(im.martlet.storage.Nodes.Owner.of(key), "eu.siacs.conversations.axolotl.devicelist").filter(node -> node.items() > 0).isPresent());
    }

    private static Terminal profanity(Path home, im.martlet.address.Jid account) throws Exception {
        var terminal = new Terminal(Files.createDirectories(home));
        terminal.type("/connect " + account + " server 127.0.0.1 port " + SERVER.port() + " tls trust");
        terminal.sees("password");
        terminal.type(LocalServer.PASSWORD);
        terminal.sees("logged in successfully");
        terminal.type("/omemo gen");
        terminal.sees("Your Device ID is");
        terminal.type("/omemo trustmode blind");
        terminal.sees("trust mode");
        return terminal;
    }

    /** Keys are published, found and fetched by two who are no contacts of each other; what goes over the wire is no plain text. */
    @Test void twoProfanitiesWriteEncrypted() throws Exception {
        needs("profanity");
        needs("tmux");
        var alice = SERVER.account("alice");
        var bob = SERVER.account("bob");
        try (var first = profanity(home.resolve("alice"), alice); var second = profanity(home.resolve("bob"), bob); var other = SERVER.login(bob, "other")) {
            other.send("<presence/>").receive();
            awaitDevices(bob);
            first.type("/omemo start " + bob);
            first.sees("[OMEMO]");
            await().atMost(Duration.ofSeconds(60)).until(() -> { // it does not say when it has got the keys
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

    /** A terminal that Profanity runs in. */
    private static final class Terminal implements AutoCloseable {
        private final String socket;

        Terminal(Path home) throws Exception {
            socket = home.resolve("tmux").toString();
            tmux("-f", "/dev/null", "new-session", "-d", "-x", "200", "-y", "50", "env HOME=" + home + " XDG_CONFIG_HOME=" + home + " XDG_DATA_HOME=" + home + " profanity");
            sees("Profanity");
        }

        void type(String line) throws Exception {
            tmux("send-keys", "-l", line);
            tmux("send-keys", "Enter");
        }

        void sees(String text) {
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(tmux("capture-pane", "-p")).containsIgnoringCase(text));
        }

        String screen() throws IOException { return tmux("capture-pane", "-p"); }

        private String tmux(String... arguments) throws IOException {
            var command = new ArrayList<>(List.of("tmux", "-S", socket));
            command.addAll(List.of(arguments));
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return out;
        }

        @Override public void close() throws IOException { tmux("kill-server"); }
    }
}
