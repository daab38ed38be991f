package im.martlet.conformance.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import im.martlet.address.Jid;
import im.martlet.conformance.harness.ServerProcess;
import im.martlet.conformance.harness.peers.FakeWebPush;
import im.martlet.conformance.harness.peers.FederatedServer;
import im.martlet.conformance.harness.peers.LoopbackDns;
import im.martlet.conformance.harness.peers.PeerScenarios;
import im.martlet.conformance.harness.peers.PushAppServer;
import im.martlet.conformance.harness.peers.TestAuthority;
import im.martlet.conformance.push.GatewayTest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** An app server receives each acknowledged message once, although the server is killed and the app server is away. */
@Execution(ExecutionMode.CONCURRENT)
class PushKillTest {
    private static final int KILLS = 4;
    private static final int MESSAGES = 6; // before each kill
    private static final String SM = "urn:xmpp:sm:3";

    @TempDir Path folder;

    /** Sends messages, and waits until they are acknowledged. */
    private static void sendMessages(ServerProcess server, Jid to, int first) throws Exception {
        try (var romeo = server.login(Jid.parse("romeo@localhost"), "r").send("<enable xmlns='" + SM + "'/>")) {
            romeo.receive();
            for (int i = 0; i < MESSAGES; i++) romeo.send("<message type='chat' id='m" + (first + i) + "' to='" + to
                    + "'><body>m" + (first + i) + "</body></message>");
            romeo.send("<r xmlns='" + SM + "'/>");
            while (!romeo.receive().attribute("h").equals(String.valueOf(MESSAGES)))
                romeo.send("<r xmlns='" + SM + "'/>");
        }
    }

    private static String body(PushAppServer.Published published) {
        return published.xml().replaceAll("(?s).*var='last-message-body'[^>]*><value>([^<]+)<.*", "$1");
    }

    @Test void repeatedNotificationKeepsItsItemId() throws Exception {
        try (var server = new ServerProcess(folder,
                "[components.\"app.localhost\"]\nsecret = \"hush\"\n[push]\nretry = \"1s\"\nbody = true\n")) {
            server.start();
            server.account("romeo");
            var juliet = server.account("juliet");
            try (var phone = server.login(juliet, "phone")) {
                phone.send("<iq type='set' id='e'><enable xmlns='urn:xmpp:push:0' jid='app.localhost' node='n'/></iq>");
                assertThat(PeerScenarios.until(phone, "id='e'")).contains("type='result'");
            }
            Map<String, String> items = new HashMap<>(); // by body
            Set<String> taken = new HashSet<>();
            int again = 0;
            for (int kill = 0; kill < KILLS; kill++) {
                sendMessages(server, juliet, kill * MESSAGES);
                if (kill % 2 == 1) server.kill(); // at once
                else try (var app = new PushAppServer(server.componentPort(), "app.localhost", "hush")) {
                    again += take(app, items, taken, kill * MESSAGES + MESSAGES / 2);
                    checkItemId(items, app.next()); // which gets no answer
                    server.kill();
                }
                server.start();
            }
            sendMessages(server, juliet, KILLS * MESSAGES);
            try (var app = new PushAppServer(server.componentPort(), "app.localhost", "hush")) {
                again += take(app, items, taken, (KILLS + 1) * MESSAGES);
                sendMessages(server, juliet, (KILLS + 1) * MESSAGES); // these follow all earlier messages
                for (int i = 0; i < MESSAGES; i++) assertThat(taken.add(app.accept().item())).isTrue();
                app.assertNoNotification();
            }
            assertThat(items).hasSize((KILLS + 1) * MESSAGES);
            assertThat(again).as("only notifications that were answered during a kill").isLessThanOrEqualTo(KILLS);
        }
    }

    /** Accepts this number of notifications. Returns the number of repetitions, which must have the same item id. */
    private static int take(PushAppServer app, Map<String, String> items, Set<String> taken, int messages)
            throws Exception {
        int again = 0;
        while (taken.size() < messages) {
            var published = app.accept();
            if (!taken.add(published.item())) again++;
            checkItemId(items, published);
        }
        return again;
    }

    private static void checkItemId(Map<String, String> items, PushAppServer.Published published) {
        assertThat(
                items.merge(body(published), published.item(), (before, now) -> before.equals(now) ? now : "another"))
                .isEqualTo(published.item());
    }

    @Test void remoteGatewaySendsEachMessageOnceThroughKillsAndAnOutage() throws Exception {
        var authority = new TestAuthority();
        var own = authority.certify("localhost");
        var theirs = authority.certify("b.example", "*.b.example");
        var settings = "[push]\nprivate_addresses = true\nretry = '1s'\ngateway_for = 'everybody'\nca = '"
                + authority.file() + "'\n";
        try (var dns = new LoopbackDns(); var browser = new FakeWebPush(authority.certify("localhost"));
                var server = new ServerProcess(folder, "[hosts.'localhost']\ncertificate = '" + own.certificate()
                        + "'\nkey = '" + own.key() + "'\n[push]\nretry = '1s'\nbody = true\n", """
                                [federation]
                                enabled = true
                                ca = '%s'
                                dns = ["127.0.0.1:%d"]
                                retry = '1s'
                                timeout = '5s'
                                private_addresses = true
                                """.formatted(authority.file(), dns.port()))) {
            server.start();
            server.account("romeo");
            var juliet = server.account("juliet");
            int sent = 0;
            try (var b = FederatedServer.start("b.example", authority, theirs, dns, settings)) {
                dns.server("push.b.example", "xmpp-server", 10, b.port());
                try (var web = server.login(juliet, "web")) {
                    GatewayTest.enable(web, browser, "push.b.example");
                }
                for (int kill = 0; kill < KILLS; kill++, sent += MESSAGES) {
                    sendMessages(server, juliet, sent);
                    if (kill % 2 == 0) browser.next(); // kills during the delivery
                    server.kill();
                    server.start();
                }
                server.kill();
                dns.silent(true); // DNS fails, and so does the push service
                for (int i = 0; i < 3; i++) browser.answer(503, "");
                server.start();
                sendMessages(server, juliet, sent);
                await().atMost(Duration.ofSeconds(60)).until(() -> dns.ignored() > 0);
                dns.silent(false);
                sendMessages(server, juliet, sent + MESSAGES); // these follow all earlier messages
                sent += 2 * MESSAGES;
                int last = sent - 1;
                await().atMost(Duration.ofSeconds(60)).until(
                        () -> browser.all().stream().anyMatch(pushed -> pushed.text().contains("\"m" + last + "\"")));
            }
            assertThat(browser.all()).extracting(pushed -> pushed.headers().get("topic")).doesNotHaveDuplicates()
                    .hasSize(sent);
            assertThat(browser.all()).extracting(pushed -> pushed.text().replaceAll(".*\"body\":\"(m\\d+)\".*", "$1"))
                    .containsExactlyElementsOf(IntStream.range(0, sent).mapToObj(i -> "m" + i).toList());
        }
    }
}
