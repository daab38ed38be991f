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
 * The web client with two users in two browsers. Skipped if Chromium, playwright-core or the web client is missing
 * (.ci/run installs them). Screenshots are in {@code target/screenshots}.
 *
 * <p>The test has its own push service, because a test cannot reach the browser's. It replaces the browser's
 * {@code subscribe}, and hands each notification to the browser's worker. A second server has the OMEMO library from
 * npm, installed as an admin does it, because the library is not part of Martlet.
 */
public class ConverseTest {
    /** Returns the path of Chromium; skips the test if Chromium or another requirement is missing. */
    public static Path chromium() {
        var chromium = Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
                .map(Path::of).filter(Files::isExecutable).findFirst();
        assumeTrue(chromium.isPresent(), "Chromium is not installed; see .ci/run");
        assumeTrue(Files.isDirectory(Path.of("node_modules/playwright-core")),
                "the packages of package.json are not installed; see .ci/run");
        assumeTrue(ConverseTest.class.getResource("/im/martlet/webclient/index") != null,
                "npm was missing when this was built, so there is no web client");
        return chromium.orElseThrow();
    }

    private static final String AXOLOTL = "eu.siacs.conversations.axolotl";
    private static final Path FROM_NPM = Path.of("../web-client/target");

    /** Fills a folder for {@code [web] omemo}, as docs/ADMIN.md describes. */
    private static Path omemo(Path folder) throws Exception {
        var version = new String(ConverseTest.class.getResourceAsStream("/im/martlet/webclient/index").readAllBytes(),
                StandardCharsets.UTF_8).lines().findFirst().orElseThrow();
        var tarball = FROM_NPM.resolve("converse.js-" + version + ".tgz").toAbsolutePath();
        assumeTrue(Files.isReadable(tarball),
                "this build did not fetch Converse.js, which contains the OMEMO library");
        var tar = new ProcessBuilder("tar", "-xzf", tarball.toString(), "-C", folder.toString(), "--strip-components=2",
                "package/dist/libomemo.esm.min.js", "package/dist/curve25519_compiled.wasm").inheritIO().start();
        assertThat(tar.waitFor()).isZero();
        return folder;
    }

    @Test void twoUsersChatInBrowsers(@TempDir Path folder) throws Exception {
        var chromium = chromium();
        var pictures = Files.createDirectories(Path.of("target/screenshots")).toAbsolutePath();
        var authority = new TestAuthority();
        try (var server = LocalServer
                .start(LocalServer.SETTINGS + "[push]\nprivate_addresses = true\nca = '" + authority.file() + "'\n");
                var push = new FakeWebPush(authority.certify("localhost"));
                var encrypted = LocalServer.start(
                        LocalServer.SETTINGS + "[web]\nomemo = '" + omemo(folder) + "'\n[push]\nenabled = false\n")) {
            var alice = encrypted.account(server.account("alice"), LocalServer.PASSWORD);
            var bob = encrypted.account(server.account("bob"), LocalServer.PASSWORD);
            try (var before = server.login(alice, "phone")) {
                before.send("<message type='chat' to='" + bob + "'><body>this was long ago</body></message>"
                        + "<iq type='get' id='stored' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>");
                PeerScenarios.until(before, "id='stored'");
            }
            var browser = push.browser();
            var started = new ProcessBuilder("node", "src/test/resources/clients/converse.mjs", page(server),
                    alice.local(), bob.local(), LocalServer.PASSWORD,
                    "evening-" + bob.local() + "@conference.localhost", pictures.toString(), browser.endpoint(),
                    browser.p256dh(), browser.auth(), page(encrypted)).redirectErrorStream(true);
            started.environment().put("CHROMIUM", chromium.toString());
            var process = started.start();
            var lines = converse(process, Map.of("alice's page is closed", () -> push.next().text(),
                    "both are logged in with OMEMO", () -> awaitKeys(encrypted, alice, bob)));
            assertThat(process.waitFor()).as(String.join("\n", lines)).isZero();
            assertThat(lines).as("no other lines, such as requests to other servers").containsExactlyInAnyOrder(
                    "alice receives by WebSocket", "bob receives by BOSH", "both are logged in",
                    "this browser gets notifications by Web Push", "history is shown", "both have chatted",
                    "a picture is shown", "both have talked in a room", "alice's page is closed",
                    "pushed {\"type\":\"message\",\"account\":\"" + alice + "\",\"count\":1}",
                    "notified: New message: " + alice,
                    "alice with OMEMO receives by WebSocket", "bob with OMEMO receives by BOSH",
                    "both are logged in with OMEMO", "both have written encrypted messages");
            assertThat(archive(encrypted, bob)).containsPattern("<encrypted xmlns='(" + AXOLOTL + "|urn:xmpp:omemo:2)'")
                    .doesNotContain("your eyes", "nobody else");
        }
    }

    private static String page(LocalServer server) {
        return "https://localhost:" + server.server().http().secured().getFirst().getPort() + "/";
    }

    /** Waits until all accounts have published their keys: only then a new chat can be encrypted. */
    private static String awaitKeys(LocalServer server, Jid... accounts) throws Exception {
        for (Jid account : accounts) try (var reader = server.login(account, "reader")) {
            for (String node : List.of(".devicelist", ".bundles"))
                await().atMost(Duration.ofSeconds(30)).until(() -> nodes(reader).contains(AXOLOTL + node));
        }
        return "keys are published";
    }

    private static String nodes(Client client) throws Exception {
        client.send("<iq type='get' id='nodes' to='" + client.jid().bare()
                + "'><query xmlns='http://jabber.org/protocol/disco#items'/></iq>");
        return PeerScenarios.until(client, "id='nodes'");
    }

    /** Returns the archive of an account as text. */
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

    /** Reads the lines of the browsers, and answers those that wait for a reply. @return all lines */
    private static List<String> converse(Process process, Map<String, Callable<String>> replies) throws Exception {
        var all = new ArrayList<String>();
        try (var lines = new BufferedReader(process.inputReader(StandardCharsets.UTF_8));
                var out = process.outputWriter(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                all.add(line);
                var reply = replies.get(line);
                if (reply == null) continue;
                out.write(reply.call() + "\n");
                out.flush();
            }
        } finally {
            process.destroy();
        }
        return all;
    }
}
