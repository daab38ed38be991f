package im.martlet.conformance.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import im.martlet.address.Jid;
import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.peers.FakeWebPush;
import im.martlet.conformance.harness.peers.PeerScenarios;
import im.martlet.conformance.harness.peers.TestAuthority;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The web client, used by two people in two browsers; skipped where Chromium or playwright-core is not installed, or
 * the client was not built in (.ci/run sees to that). What they see is in {@code target/screenshots}. The push service
 * is the test's: the browser's own cannot be reached from a test, so its {@code subscribe} is replaced, and what the
 * service gets is handed to the browser's worker. A second server has what the client encrypts end to end with, put
 * there as an admin would, from what npm has: it is not part of this.
 */
public class ConverseTest {
    /** Where Chromium is; what else is needed is there, too. */
    public static Path chromium() {
        var chromium = Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
                .map(Path::of).filter(Files::isExecutable).findFirst();
        assumeTrue(chromium.isPresent(), "Chromium is not installed; see .ci/run");
        assumeTrue(Files.isDirectory(Path.of("node_modules/playwright-core")),
                "what package.json names is not installed; see .ci/run");
        assumeTrue(ConverseTest.class.getResource("/im/martlet/webclient/index") != null,
                "npm was not there when this was built, so there is no web client");
        return chromium.orElseThrow();
    }

    private static final String AXOLOTL = "eu.siacs.conversations.axolotl";
    private static final Path FROM_NPM = Path.of("../web-client/target");

    /** A folder for {@code [web] omemo}, as docs/ADMIN.md says how. */
    private static Path omemo(Path folder) throws Exception {
        var version = new String(ConverseTest.class.getResourceAsStream("/im/martlet/webclient/index").readAllBytes(),
                StandardCharsets.UTF_8).lines().findFirst().orElseThrow();
        var tarball = FROM_NPM.resolve("converse.js-" + version + ".tgz").toAbsolutePath();
        assumeTrue(Files.isReadable(tarball),
                "Converse.js was not fetched by this build, which is where its library for OMEMO is");
        var tar = new ProcessBuilder("tar", "-xzf", tarball.toString(), "-C", folder.toString(), "--strip-components=2",
                "package/dist/libomemo.esm.min.js", "package/dist/curve25519_compiled.wasm").inheritIO().start();
        assertThat(tar.waitFor()).isZero();
        return folder;
    }

    @Test void twoPeopleChatInBrowsers(@TempDir Path folder) throws Exception {
        var chromium = chromium();
        var pictures = Files.createDirectories(Path.of("target/screenshots")).toAbsolutePath();
        var authority = new TestAuthority();
        try (var server = LocalServer
                .start(LocalServer.SETTINGS + "[push]\nprivate_addresses = true\nca = '" + authority.file() + "'\n");
                var push = new FakeWebPush(authority.certify("localhost"));
                var sealed = LocalServer.start(
                        LocalServer.SETTINGS + "[web]\nomemo = '" + omemo(folder) + "'\n[push]\nenabled = false\n")) {
            var alice = sealed.account(server.account("alice"), LocalServer.PASSWORD);
            var bob = sealed.account(server.account("bob"), LocalServer.PASSWORD);
            try (var before = server.login(alice, "phone")) {
                before.send("<message type='chat' to='" + bob
                        + "'><body>this was long ago</body></message><iq type='get' id='there' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>");
                PeerScenarios.until(before, "id='there'");
            }
            var browser = push.browser();
            var started = new ProcessBuilder("node", "src/test/resources/clients/converse.mjs", page(server),
                    alice.local(), bob.local(), LocalServer.PASSWORD,
                    "evening-" + bob.local() + "@conference.localhost", pictures.toString(), browser.endpoint(),
                    browser.p256dh(), browser.auth(), page(sealed)).redirectErrorStream(true);
            started.environment().put("CHROMIUM", chromium.toString());
            var process = started.start();
            var said = talk(process, Map.of("alice's page is closed", () -> push.next().text(),
                    "both are where letters are sealed", () -> keys(sealed, alice, bob)));
            assertThat(process.waitFor()).as(String.join("\n", said)).isZero();
            assertThat(said).as("and nothing else, such as what asks other servers").containsExactlyInAnyOrder(
                    "alice hears by WebSocket", "bob hears by BOSH", "both are logged in",
                    "this browser gets notifications by Web Push", "history is there", "they have chatted",
                    "a picture was sent and is shown", "they have talked in a room", "alice's page is closed",
                    "pushed {\"type\":\"message\",\"account\":\"" + alice + "\",\"count\":1}",
                    "notified: New message: " + alice,
                    "alice, sealed, hears by WebSocket", "bob, sealed, hears by BOSH",
                    "both are where letters are sealed", "they have written sealed letters");
            assertThat(archive(sealed, bob)).containsPattern("<encrypted xmlns='(" + AXOLOTL + "|urn:xmpp:omemo:2)'")
                    .doesNotContain("your eyes", "nobody else");
        }
    }

    private static String page(LocalServer server) {
        return "https://localhost:" + server.server().http().secured().getFirst().getPort() + "/";
    }

    /** Waits until everybody's keys are there: only then a chat that is opened can be sealed. */
    private static String keys(LocalServer server, Jid... people) throws Exception {
        for (Jid person : people) try (var reader = server.login(person, "reader")) {
            for (String node : List.of(".devicelist", ".bundles"))
                await().atMost(Duration.ofSeconds(30)).until(() -> nodes(reader).contains(AXOLOTL + node));
        }
        return "they are there";
    }

    private static String nodes(Client client) throws Exception {
        client.send("<iq type='get' id='nodes' to='" + client.jid().bare()
                + "'><query xmlns='http://jabber.org/protocol/disco#items'/></iq>");
        return PeerScenarios.until(client, "id='nodes'");
    }

    /** What the server knows of what was said. */
    private static String archive(LocalServer server, Jid of) throws Exception {
        try (var client = server.login(of, "reader")) {
            client.send("<iq type='set' id='all'><query xmlns='urn:xmpp:mam:2'/></iq>");
            var all = new StringBuilder();
            for (var next = client.receive();; next = client.receive()) {
                all.append(next);
                if (next.attribute("id").equals("all")) return all.toString();
            }
        }
    }

    /** Gives the browsers what they wait for, by what they have said before. */
    private static List<String> talk(Process process, Map<String, Callable<String>> awaited) throws Exception {
        var said = new ArrayList<String>();
        try (var lines = new BufferedReader(process.inputReader(StandardCharsets.UTF_8));
                var out = process.outputWriter(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                said.add(line);
                var answer = awaited.get(line);
                if (answer == null) continue;
                out.write(answer.call() + "\n");
                out.flush();
            }
        } finally {
            process.destroy();
        }
        return said;
    }
}
