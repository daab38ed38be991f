package im.martlet.conformance.web;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.conformance.harness.BoshClient;
import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.ReceivedXml;
import im.martlet.conformance.harness.WebSocketBridge;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the rules of XEP-0124 for requests. Dialogues test the stanzas inside. */
class BoshTest {
    private final LocalServer server = LocalServer.shared();

    private static String message(String to, String id) {
        return "<message xmlns='jabber:client' to='" + to + "' id='" + id + "' type='chat'><body>hi</body></message>";
    }

    private static String terminal(String condition) { return "terminate " + condition; }

    private static String outcome(ReceivedXml answer) {
        return answer.attribute("type") + " " + answer.attribute("condition");
    }

    @Test void sessionReplyHasAgreedParameters() throws Exception {
        var answer = new BoshClient(server).begin("localhost", "hold='5' wait='3600'");
        assertThat(answer.attribute("sid")).hasSizeGreaterThanOrEqualTo(20);
        assertThat(answer.attributes()).containsEntry("hold", "2").containsEntry("requests", "3")
                .containsEntry("wait", "60").containsEntry("from", "localhost")
                .containsEntry("ver", "1.6").containsEntry("xmpp:restartlogic", "true")
                .containsEntry("xmpp:version", "1.0").containsKeys("inactivity", "polling", "maxpause", "authid");
        assertThat(answer.child("features").orElseThrow().child("mechanisms")).isPresent();
    }

    @ParameterizedTest
    @CsvSource({ "1.6, 1.6", "1.11, 1.11", "1.100, 1.11", "0.9, 0.9", "2.0, 1.11",
            "one, 1.11" }) void lowerVersionIsUsed(String requested, String agreed) throws Exception { // §7.2
        assertThat(
                new BoshClient(server).exchange("rid='7' to='localhost' ver='" + requested + "'", "").attribute("ver"))
                .isEqualTo(agreed);
    }

    @Test void requestIsHeldUntilThereIsAStanza() throws Exception {
        var account = server.account("romeo");
        var bosh = new BoshClient(server).login(account, "web", "hold='1' wait='60'");
        var waiting = bosh.begin(bosh.nextRid(), "", "");
        try (var juliet = server.login(server.account("juliet"), "x")) {
            juliet.send(message(account + "/web", "m1"));
            assertThat(waiting.get(20, TimeUnit.SECONDS).child("message").orElseThrow().attribute("id"))
                    .isEqualTo("m1");
        }
    }

    @Test void secondRequestReleasesTheFirst() throws Exception {
        var bosh = new BoshClient(server).login(server.account("romeo"), "web", "hold='1' wait='60'");
        var first = bosh.begin(bosh.nextRid(), "", "");
        var second = bosh.begin(bosh.nextRid(), "",
                "<iq xmlns='jabber:client' type='get' id='p' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>");
        assertThat(first.get(20, TimeUnit.SECONDS)).satisfiesAnyOf(a -> assertThat(a.children()).isEmpty(),
                a -> assertThat(a.child("iq")).isPresent());
        bosh.begin(bosh.nextRid(), "", "");
        second.get(20, TimeUnit.SECONDS);
    }

    @Test void requestsAreHandledInOrderOfTheirIds() throws Exception {
        var account = server.account("romeo");
        var bosh = new BoshClient(server).login(account, "web", "hold='2' wait='60'");
        try (var juliet = server.login(server.account("juliet"), "x")) {
            long first = bosh.nextRid(), second = bosh.nextRid();
            var late = bosh.begin(second, "", message(juliet.jid().toString(), "second"));
            juliet.fence();
            assertThat(juliet.peek()).isNull();
            bosh.begin(first, "", message(juliet.jid().toString(), "first"));
            assertThat(juliet.receive().attribute("id")).isEqualTo("first");
            assertThat(juliet.receive().attribute("id")).isEqualTo("second");
            assertThat(late).isNotCompletedExceptionally();
        }
    }

    @Test void repeatedRequestGetsTheSameReplyAndIsHandledOnce() throws Exception {
        var bosh = new BoshClient(server).login(server.account("romeo"), "web", "hold='1' wait='60'");
        try (var juliet = server.login(server.account("juliet"), "x")) {
            long rid = bosh.nextRid();
            var payload = message(juliet.jid().toString(), "once")
                    + "<iq xmlns='jabber:client' type='get' id='p' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>";
            var answer = bosh.begin(rid, "", payload).get(20, TimeUnit.SECONDS);
            assertThat(bosh.begin(rid, "", payload).get(20, TimeUnit.SECONDS)).isEqualTo(answer);
            assertThat(juliet.receive().attribute("id")).isEqualTo("once");
            juliet.fence();
            assertThat(juliet.peek()).isNull();
        }
    }

    @Test void repeatedPendingRequestReplacesItself() throws Exception {
        var bosh = new BoshClient(server).login(server.account("romeo"), "web", "hold='1' wait='60'");
        sendTwice(bosh, bosh.nextRid());
    }

    /**
     * Sends a request twice. The server answers one of them with an error, which shows that it has received both.
     *
     * @return the other request, which stays pending
     */
    private static CompletableFuture<ReceivedXml> sendTwice(BoshClient bosh, long rid) throws Exception {
        var first = bosh.begin(rid, "", "");
        var second = bosh.begin(rid, "", "");
        var released = CompletableFuture.anyOf(first, second).get(20, TimeUnit.SECONDS);
        assertThat(outcome((ReceivedXml) released)).isEqualTo("error ");
        return first.isDone() ? second : first;
    }

    @Test void requestForAForgottenReplyEndsTheSession() throws Exception {
        var bosh = new BoshClient(server);
        bosh.begin("localhost", "hold='1' wait='1'");
        long first = bosh.lastRid();
        for (int i = 0; i < 3; i++) bosh.say("", Client.plain("nobody", "wrong"));
        assertThat(outcome(bosh.begin(first, "", "").get(20, TimeUnit.SECONDS))).isEqualTo(terminal("item-not-found"));
        assertThat(outcome(bosh.say("", ""))).isEqualTo(terminal("item-not-found"));
    }

    @Test void requestIdOutsideTheWindowEndsTheSession() throws Exception {
        var bosh = new BoshClient(server);
        bosh.begin("localhost", "hold='1' wait='60'");
        assertThat(outcome(bosh.begin(bosh.lastRid() + 10, "", "").get(20, TimeUnit.SECONDS)))
                .isEqualTo(terminal("item-not-found"));
    }

    @Test void unknownSessionIsItemNotFound() throws Exception {
        var bosh = new BoshClient(server);
        bosh.sid = "guess";
        assertThat(outcome(bosh.say("", ""))).isEqualTo(terminal("item-not-found"));
    }

    @Test void tooManyPendingRequestsEndTheSession() throws Exception {
        var bosh = new BoshClient(server).login(server.account("romeo"), "web", "hold='1' wait='60'");
        long first = bosh.nextRid();
        sendTwice(bosh, first);
        sendTwice(bosh, first + 2); // a request that must wait for its turn
        assertThat(outcome(bosh.begin(first + 1, "", "").get(20, TimeUnit.SECONDS)))
                .isEqualTo(terminal("policy-violation"));
    }

    @Test void frequentPollingEndsTheSession() throws Exception {
        var bosh = new BoshClient(server).login(server.account("romeo"), "web", "hold='0' wait='0'");
        var answers = new java.util.ArrayList<String>();
        for (int i = 0; i < 6; i++) answers.add(outcome(bosh.say("", "")));
        assertThat(answers).contains(terminal("policy-violation"));
    }

    @Test void keySequenceIsChecked() throws Exception {
        var keys = new String[5];
        keys[0] = sha1("seed");
        for (int i = 1; i < keys.length; i++) keys[i] = sha1(keys[i - 1]);
        var bosh = new BoshClient(server);
        bosh.begin("localhost", "hold='1' wait='1' newkey='" + keys[4] + "'");
        assertThat(bosh.say("key='" + keys[3] + "'", "").attribute("type")).isEmpty();
        var fresh = sha1(sha1("other"));
        assertThat(bosh.say("key='" + keys[2] + "' newkey='" + fresh.toUpperCase(java.util.Locale.ROOT) + "'",
                Client.plain("x", "y")).attribute("type")).isEmpty();
        assertThat(bosh.say("key='" + sha1("other") + "'", Client.plain("x", "y")).attribute("type")).isEmpty();
        assertThat(outcome(bosh.say("key='" + keys[1] + "'", ""))).isEqualTo(terminal("item-not-found"));
    }

    private static String sha1(String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.US_ASCII)));
    }

    @Test void terminateEndsTheSessionAfterItsStanzas() throws Exception {
        var account = server.account("romeo");
        var bosh = new BoshClient(server).login(account, "web", "hold='1' wait='60'");
        try (var juliet = server.login(server.account("juliet"), "x")) {
            var answer = bosh.say("type='terminate'", message(juliet.jid().toString(), "last"));
            assertThat(outcome(answer)).isEqualTo("terminate ");
            assertThat(juliet.receive().attribute("id")).isEqualTo("last");
            server.awaitGone(account.withResource("web"));
            assertThat(outcome(bosh.say("", ""))).isEqualTo(terminal("item-not-found"));
        }
    }

    @Test void inactiveSessionEnds() throws Exception {
        try (var quick = LocalServer.start(LocalServer.SETTINGS + "[bosh]\ninactivity = '1s'\n")) {
            var account = quick.account("romeo");
            var bosh = new BoshClient(quick).login(account, "web", "hold='1' wait='60'");
            quick.awaitGone(account.withResource("web"));
            assertThat(outcome(bosh.say("", ""))).isEqualTo(terminal("item-not-found"));
        }
    }

    @Test void pausedSessionLivesLonger() throws Exception {
        try (var quick = LocalServer.start(LocalServer.SETTINGS + "[bosh]\ninactivity = '2s'\npause = '1m'\n")) {
            Jid romeo = quick.account("romeo"), other = quick.account("other");
            var paused = new BoshClient(quick).login(romeo, "web", "hold='1' wait='60'");
            assertThat(paused.say("pause='60'", "").children()).isEmpty();
            new BoshClient(quick).login(other, "web", "hold='1' wait='60'");
            quick.awaitGone(other.withResource("web")); // this session began later, and did not pause
            assertThat(paused.begin(paused.nextRid(), "",
                    "<iq xmlns='jabber:client' type='get' id='p' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>")
                    .get(20, TimeUnit.SECONDS).child("iq")).isPresent();
        }
    }

    @Test void streamErrorIsInTheLastReply() throws Exception {
        var bosh = new BoshClient(server);
        bosh.begin("localhost", "hold='1' wait='60'");
        var answer = bosh.say("", "<message xmlns='jabber:client'/>");
        assertThat(outcome(answer)).isEqualTo(terminal("remote-stream-error"));
        assertThat(answer.child("error").orElseThrow().child("not-authorized")).isPresent();
    }

    @Test void missingOrUnknownDomainIsRefused() throws Exception {
        var bosh = new BoshClient(server);
        assertThat(outcome(bosh.exchange("rid='1' ver='1.6'", ""))).isEqualTo(terminal("improper-addressing"));
        assertThat(outcome(bosh.exchange("rid='1' ver='1.6' to='elsewhere.example'", "")))
                .isEqualTo(terminal("host-unknown"));
    }

    @Test void malformedRequestIsRefused() throws Exception {
        var bosh = new BoshClient(server);
        for (String bad : new String[]{ "", "no", "<body xmlns='" + BoshClient.NS + "'/>", "<body xmlns='x' rid='1'/>",
                "<body xmlns='" + BoshClient.NS + "' rid='-1'/>",
                "<body xmlns='" + BoshClient.NS + "' rid='9007199254740993'/>",
                "<!DOCTYPE x [<!ENTITY a 'b'>]><body xmlns='" + BoshClient.NS + "' rid='1'/>",
                "<body xmlns='" + BoshClient.NS + "' rid='1' to='localhost'><unfinished></body>",
                "<body xmlns='" + BoshClient.NS + "' rid='1'/><body xmlns='" + BoshClient.NS + "' rid='2'/>" })
            assertThat(bosh.post(bad).get(20, TimeUnit.SECONDS).body()).as(bad).contains("condition='bad-request'");
    }

    @Test void smallLimitHoldsBeforeLogin() throws Exception {
        var bosh = new BoshClient(server);
        bosh.begin("localhost", "hold='1' wait='60'");
        assertThat(bosh.post(BoshClient.wrapped("rid='" + bosh.nextRid() + "' sid='" + bosh.sid + "'",
                "<x>" + "x".repeat(50_000) + "</x>")).get(20, TimeUnit.SECONDS).body())
                .contains("condition='policy-violation'");
    }

    @Test void largeStanzaIsAllowedAfterLogin() throws Exception {
        var romeo = server.account("romeo");
        var logged = new BoshClient(server).login(romeo, "web", "hold='1' wait='60'");
        try (var juliet = server.login(server.account("juliet"), "x")) {
            logged.begin(logged.nextRid(), "", "<message xmlns='jabber:client' to='" + juliet.jid()
                    + "' id='large'><body>" + "x".repeat(50_000) + "</body></message>");
            assertThat(juliet.receive().attribute("id")).isEqualTo("large");
        }
    }

    /** One connection of HTTP/2 may carry a hundred requests; the server must not hold all of them in memory. */
    @Test void largeRequestsReadAtOnceAreLimited() throws Exception {
        var bosh = new BoshClient(server).login(server.account("romeo"), "web", "hold='1' wait='60'");
        var goOn = new CountDownLatch(1);
        long next = bosh.lastRid() + 1;
        for (int i = 0; i < 3; i++) bosh.stall(
                BoshClient.wrapped("rid='" + next + "' sid='" + bosh.sid + "'", "<x>" + "x".repeat(30_000) + "</x>"),
                goOn);
        try {
            org.awaitility.Awaitility.await()
                    .until(() -> outcome(bosh.say("",
                            "<iq xmlns='jabber:client' type='get' id='p' to='localhost'><ping xmlns='urn:xmpp:ping'>"
                                    + "x".repeat(30_000) + "</ping></iq>"))
                            .equals(terminal("policy-violation")));
        } finally {
            goOn.countDown();
        }
    }

    @Test void sessionsBeforeLoginAreLimitedPerAddress() throws Exception {
        try (var strict = LocalServer
                .start(LocalServer.SETTINGS.replace("waiting_per_address = 10000", "waiting_per_address = 3"))) {
            for (int i = 0; i < 3; i++)
                assertThat(new BoshClient(strict).begin("localhost", "hold='1' wait='60'").attribute("sid"))
                        .isNotEmpty();
            assertThat(outcome(new BoshClient(strict).begin("localhost", "hold='1' wait='60'")))
                    .isEqualTo(terminal("policy-violation"));
        }
    }

    @Test void loginTimeoutEndsTheSession() throws Exception {
        try (var quick =
                LocalServer.start(LocalServer.SETTINGS.replace("[limits]", "[limits]\ntime_to_login = '1s'"))) {
            var bosh = new BoshClient(quick);
            bosh.begin("localhost", "hold='1' wait='60'");
            var answer = bosh.say("", "");
            assertThat(outcome(answer)).isEqualTo(terminal("remote-stream-error"));
            assertThat(answer.child("error").orElseThrow().child("connection-timeout")).isPresent();
        }
    }

    @Test void oldClientGetsHttpErrors() throws Exception {
        var bosh = new BoshClient(server);
        bosh.sid = bosh.exchange("rid='" + bosh.nextRid() + "' to='localhost' hold='1' wait='60'", "").attribute("sid");
        assertThat(bosh.send("sid='" + bosh.sid + "' rid='" + (bosh.lastRid() + 100) + "'", "")
                .get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(404);
    }

    @Test void anyOriginMayConnectByDefault() throws Exception {
        var preflight = HttpRequest
                .newBuilder(URI.create(
                        "https://localhost:" + server.server().http().secured().getFirst().getPort() + "/http-bind"))
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .header("Origin", "null").build();
        var answer = WebSocketBridge.http().send(preflight, BodyHandlers.ofString());
        assertThat(answer.statusCode()).isLessThan(300);
        assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).hasValue("*");
    }

    @Test void onlyConfiguredOriginsMayConnect() throws Exception {
        try (var strict = LocalServer.start(LocalServer.SETTINGS + "[bosh]\norigins = ['https://chat.example']\n")) {
            var bosh = new BoshClient(strict);
            var first = BoshClient.wrapped("rid='7' to='localhost' ver='1.6'", "");
            assertThat(bosh.post(first, "Origin", "https://evil.example").get(20, TimeUnit.SECONDS).statusCode())
                    .isEqualTo(403);
            assertThat(bosh.post(first, "Origin", "https://chat.example").get(20, TimeUnit.SECONDS).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test void plainHttpIsRefusedExceptFromATlsProxy() throws Exception {
        var request = HttpRequest
                .newBuilder(URI.create(
                        "http://localhost:" + server.server().http().plain().getFirst().getPort() + "/http-bind"))
                .POST(HttpRequest.BodyPublishers.ofString(BoshClient.wrapped("rid='7' to='localhost' ver='1.6'", "")));
        assertThat(WebSocketBridge.http().send(request.build(), BodyHandlers.ofString()).statusCode()).isEqualTo(403);
        assertThat(WebSocketBridge.http()
                .send(request.header("X-Forwarded-Proto", "https").build(), BodyHandlers.ofString()).body())
                .as("a local proxy that terminates TLS").contains("<mechanism>PLAIN</mechanism>");
    }

    @Test void pendingRequestReceivesSystemShutdown() throws Exception {
        var stopping = LocalServer.start(LocalServer.SETTINGS);
        var bosh = new BoshClient(stopping).login(stopping.account("romeo"), "web", "hold='1' wait='60'");
        var held = sendTwice(bosh, bosh.nextRid());
        stopping.close();
        assertThat(held.get(20, TimeUnit.SECONDS)).satisfies(a -> {
            assertThat(outcome(a)).isEqualTo(terminal("remote-stream-error"));
            assertThat(a.child("error").orElseThrow().child("system-shutdown")).isPresent();
        });
    }
}
