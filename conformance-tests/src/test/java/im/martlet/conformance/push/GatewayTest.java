package im.martlet.conformance.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import im.martlet.address.Jid;
import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.peers.FakeWebPush;
import im.martlet.conformance.harness.peers.PeerScenarios;
import im.martlet.conformance.harness.peers.TestAuthority;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The server's own push gateway, from a message to the text that a browser decrypts. The test plays the push service
 * between the two.
 */
public class GatewayTest {
    private static final String GATEWAY = "push.localhost";
    private static final TestAuthority AUTHORITY = new TestAuthority();
    private static LocalServer server;

    @BeforeAll static void start() {
        server = LocalServer.start(LocalServer.SETTINGS
                + "[push]\nretry = \"1s\"\nsender = true\nbody = true\nprivate_addresses = true\ncontact = \"mailto:admin@localhost\"\nca = '"
                + AUTHORITY.file() + "'\n");
    }

    @AfterAll static void stop() { server.close(); }

    private static FakeWebPush webPush() throws Exception { return new FakeWebPush(AUTHORITY.certify("localhost")); }

    private static String ask(Client client, String type, String to, String question) throws Exception {
        client.send("<iq type='" + type + "' id='ask' to='" + to + "'>" + question + "</iq>");
        return PeerScenarios.until(client, "id='ask'");
    }

    private static String value(String attribute, String xml) {
        return xml.replaceAll("(?s).*\\b" + attribute + "='([^']+)'.*", "$1");
    }

    /** Registers a browser at the gateway and enables push for it, like a client. */
    public static void enable(Client client, FakeWebPush browser, String gateway) throws Exception {
        var registered = ask(client, "set", gateway, browser.registration());
        assertThat(registered).contains("<registered");
        assertThat(ask(client, "set", client.jid().bare().toString(), "<enable xmlns='urn:xmpp:push:0' jid='" + gateway
                + "' node='" + value("node", registered)
                + "'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'>"
                + "<value>http://jabber.org/protocol/pubsub#publish-options</value></field><field var='secret'><value>"
                + value("secret", registered) + "</value></field></x></enable>")).contains("type='result'");
    }

    private static Jid away(String name, FakeWebPush browser) throws Exception {
        var account = server.account(name);
        try (var client = server.login(account, "web")) {
            enable(client, browser, GATEWAY);
        }
        server.awaitGone(account.withResource("web"));
        return account;
    }

    private static void send(Client client, Jid to, String body) throws Exception {
        client.send("<message type='chat' id='" + body + "' to='" + to + "'><body>" + body + "</body></message>");
    }

    private static String listed(Jid account) {
        return server.command("push list", Map.of("account", account.toString())).toString();
    }

    @Test void aMessageReachesTheBrowserEncrypted() throws Exception {
        try (var browser = webPush(); var romeo = server.login(server.account("romeo"), "r")) {
            var juliet = away("juliet", browser);
            var key = ask(romeo, "get", GATEWAY, "<query xmlns='http://jabber.org/protocol/disco#info'/>");
            assertThat(key).contains("category='pubsub' type='push' name='Web Push'", "var='urn:xmpp:push:0'",
                    "var='vapid'");
            send(romeo, juliet, "m1");
            var pushed = browser.next();
            assertThat(pushed.text()).isEqualTo("{\"type\":\"message\",\"account\":\"" + juliet
                    + "\",\"count\":1,\"from\":\"" + romeo.jid() + "\",\"body\":\"m1\"}");
            assertThat(pushed.headers()).containsEntry("content-encoding", "aes128gcm")
                    .containsEntry("urgency", "normal").containsEntry(":path", "/device").containsKey("topic");
            assertThat(Long.parseLong(pushed.headers().get("ttl"))).isBetween(80_000L, 86_400L);
            var vapid = key.replaceAll("(?s).*var='vapid'><value[^>]*>([^<]+)<.*", "$1");
            assertThat(pushed.headers().get("authorization")).startsWith("vapid t=").endsWith(", k=" + vapid);
            romeo.send("<message type='chat' to='" + juliet
                    + "'><propose xmlns='urn:xmpp:jingle-message:0' id='c'/><store xmlns='urn:xmpp:hints'/></message>");
            var call = browser.next();
            assertThat(call.text()).contains("\"type\":\"call\"", "\"count\":2");
            assertThat(call.headers()).containsEntry("urgency", "high");
            assertThat(Long.parseLong(call.headers().get("ttl"))).isBetween(1L, 60L);
        }
    }

    @Test void aBusyPushServiceIsRetriedAndGetsEachMessageOnce() throws Exception {
        try (var browser = webPush(); var romeo = server.login(server.account("romeo"), "r")) {
            var juliet = away("juliet", browser);
            browser.answer(429, "Retry-After: 1");
            browser.answer(503, "");
            // the gateway does not follow the redirection, and gives the message up
            browser.answer(307, "Location: " + browser.origin() + "/elsewhere");
            send(romeo, juliet, "m1");
            await().atMost(Duration.ofSeconds(60)).until(() -> trace(juliet).contains("HTTP status 307"));
            send(romeo, juliet, "m2");
            send(romeo, juliet, "m3");
            assertThat(browser.next().text()).contains("m2");
            assertThat(browser.next().text()).contains("m3");
            assertThat(browser.all()).hasSize(2)
                    .allSatisfy(p -> assertThat(p.headers()).containsEntry(":path", "/device"));
            assertThat(trace(juliet)).contains("HTTP status 429", "HTTP status 503");
        }
    }

    private static String trace(Jid account) {
        return server.command("push trace", Map.of("account", account.toString())).toString();
    }

    @Test void aDeviceThatIsGoneIsRemovedFromAccountAndGateway() throws Exception {
        try (var browser = webPush(); var romeo = server.login(server.account("romeo"), "r")) {
            var juliet = away("juliet", browser);
            assertThat(listed(juliet)).contains("service=" + GATEWAY);
            browser.answer(410, "");
            send(romeo, juliet, "m1");
            await().atMost(Duration.ofSeconds(60)).until(() -> listed(juliet).equals("[]"));
            try (var client = server.login(juliet, "web")) {
                assertThat(ask(client, "get", GATEWAY, "<devices xmlns='urn:martlet:push:0'/>"))
                        .doesNotContain("<device ");
            }
        }
    }

    @Test void theAdminCanSendATestNotification() throws Exception {
        try (var browser = webPush()) {
            var juliet = away("juliet", browser);
            assertThat(server.command("push test", Map.of("account", juliet.toString())).toString())
                    .contains("answer=Published");
            assertThat(browser.next().text()).contains("\"type\":\"message\"");
        }
    }

    @Test void onlyLocalAccountsHaveDevicesAndOnlyTheServerPublishesToThem() throws Exception {
        try (var browser = webPush(); var juliet = server.login(server.account("juliet"), "web");
                var stranger = server.login(server.account("stranger", "other.example"), "x")) {
            assertThat(ask(stranger, "set", GATEWAY, browser.registration())).contains("forbidden");
            var registered = ask(juliet, "set", GATEWAY, browser.registration());
            var node = value("node", registered);
            var secret = value("secret", registered);
            // a client may not publish, even if it knows node and secret
            for (var client : new Client[]{ stranger, juliet })
                assertThat(ask(client, "set", GATEWAY, publication(node, secret))).contains("forbidden");
            assertThat(ask(juliet, "set", GATEWAY, publication("guessed", secret))).contains("item-not-found");
            assertThat(ask(stranger, "get", GATEWAY, "<devices xmlns='urn:martlet:push:0'/>")).contains("forbidden");
            assertThat(ask(juliet, "get", GATEWAY, "<devices xmlns='urn:martlet:push:0'/>"))
                    .contains("node='" + node + "'").doesNotContain(secret);
            try (var romeo = server.login(server.account("romeo"), "r")) {
                assertThat(ask(romeo, "set", GATEWAY, "<unregister xmlns='urn:martlet:push:0' node='" + node + "'/>"))
                        .contains("item-not-found");
            }
            assertThat(ask(juliet, "set", GATEWAY, "<unregister xmlns='urn:martlet:push:0' node='" + node + "'/>"))
                    .contains("type='result'");
            assertThat(ask(juliet, "get", GATEWAY, "<devices xmlns='urn:martlet:push:0'/>")).doesNotContain(node);
            assertThat(browser.all()).isEmpty();
        }
    }

    private static String publication(String node, String secret) {
        return "<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='" + node
                + "'><item id='1'><notification xmlns='urn:xmpp:push:0'/></item></publish><publish-options><x xmlns='jabber:x:data' type='submit'>"
                + "<field var='FORM_TYPE'><value>http://jabber.org/protocol/pubsub#publish-options</value></field><field var='secret'><value>"
                + secret + "</value></field></x></publish-options></pubsub>";
    }

    @Test void anInvalidRegistrationIsRefusedWithAReason() throws Exception {
        try (var browser = webPush(); var juliet = server.login(server.account("juliet"), "web")) {
            assertThat(ask(juliet, "set", GATEWAY, "<register xmlns='urn:martlet:push:0'/>")).contains("bad-request",
                    "p256dh");
            assertThat(ask(juliet, "set", GATEWAY, browser.registration().replace("https:", "http:")))
                    .contains("not-acceptable", "a URL with https");
            assertThat(
                    ask(juliet, "set", GATEWAY, browser.registration().replaceAll("<p256dh>.{8}", "<p256dh>BAAAAAAA")))
                    .contains("not-acceptable", "not a point of the curve");
            assertThat(ask(juliet, "set", GATEWAY, browser.registration().replaceAll("<auth>.{4}", "<auth>")))
                    .contains("not-acceptable", "16 bytes");
            assertThat(ask(juliet, "set", GATEWAY, browser.registration().replace("<auth>", "<auth>!")))
                    .contains("not-acceptable");
        }
    }

    @Test void theGatewayConnectsToNoPrivateAddressUnlessAllowed() throws Exception {
        try (var closed =
                LocalServer.start(LocalServer.SETTINGS + "[push]\nretry = \"1s\"\nca = '" + AUTHORITY.file() + "'\n");
                var browser = webPush()) {
            var juliet = closed.account("juliet");
            try (var client = closed.login(juliet, "web")) {
                enable(client, browser, GATEWAY);
            }
            closed.command("push test", Map.of("account", juliet.toString()));
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> closed.command("push trace", Map.of("account", juliet.toString())).toString()
                            .contains("not of the internet"));
            assertThat(browser.all()).isEmpty();
        }
    }
}
