package im.martlet.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The web client, used by two people in two browsers; skipped where Chromium or playwright-core is not installed, or the client was not
 * built in (.ci/run sees to that). What they see is in {@code target/screenshots}. The push service is the test's: the browser's
 * own cannot be reached from a test, so its {@code subscribe} is replaced, and what the service gets is handed to the browser's worker.
 */
class ConverseTest {
    /** Where Chromium is; what else is needed is there, too. */
    static Path chromium() {
        var chromium = Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome").map(Path::of).filter(Files::isExecutable).findFirst();
        assumeTrue(chromium.isPresent(), "Chromium is not installed; see .ci/run");
        assumeTrue(Files.isDirectory(Path.of("node_modules/playwright-core")), "what package.json names is not installed; see .ci/run");
        assumeTrue(ConverseTest.class.getResource("/im/martlet/webclient/index") != null, "npm was not there when this was built, so there is no web client");
        return chromium.orElseThrow();
    }

    @Test void twoPeopleChatInBrowsers() throws Exception {
        var chromium = chromium();
        var pictures = Files.createDirectories(Path.of("target/screenshots")).toAbsolutePath();
        var authority = new TestAuthority();
        try (var server = LocalServer.start(LocalServer.SETTINGS + "[push]\nprivate_addresses = true\nca = '" + authority.file() + "'\n"); var push = new FakeWebPush(authority.certify("localhost"))) {
            var alice = server.account("alice");
            var bob = server.account("bob");
            try (var before = server.login(alice, "phone")) {
                before.send("<message type='chat' to='" + bob + "'><body>this was long ago</body></message><iq type='get' id='there' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>");
                Peers.until(before, "id='there'");
            }
            var browser = push.browser();
            var started = new ProcessBuilder("node", "src/test/resources/clients/converse.mjs", "https://localhost:" + server.server().http().secured().getFirst().getPort() + "/", alice.local(), bob.local(), LocalServer.PASSWORD,
                    "evening-" + bob.local() + "@conference.localhost", pictures.toString(), browser.endpoint(), browser.p256dh(), browser.auth()).redirectErrorStream(true);
            started.environment().put("CHROMIUM", chromium.toString());
            var process = started.start();
            var said = talk(process, push);
            assertThat(process.waitFor()).as(String.join("\n", said)).isZero();
            assertThat(said).as("and nothing else, such as what asks other servers").containsExactlyInAnyOrder("alice hears by WebSocket", "bob hears by BOSH", "both are logged in", "this browser is notified by Web Push", "history is there", "they have chatted",
                    "a picture was sent and is shown", "they have talked in a room", "alice's page is closed", "pushed {\"type\":\"message\",\"account\":\"" + alice + "\",\"count\":1}", "notified: New message: " + alice);
        }
    }

    /** Gives the browsers what the push service gets, once they wait for it. */
    private static List<String> talk(Process process, FakeWebPush push) throws Exception {
        var said = new ArrayList<String>();
        try (var lines = new BufferedReader(process.inputReader(StandardCharsets.UTF_8)); var out = process.outputWriter(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                said.add(line);
                if (!line.equals("alice's page is closed")) continue;
                out.write(push.next().text() + "\n");
                out.flush();
            }
        } finally {
            process.destroy();
        }
        return said;
    }
}
