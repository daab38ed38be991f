package im.martlet.conformance.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.ReceivedXml;
import im.martlet.conformance.harness.peers.FakeComponent;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Components (XEP-0114): programs that serve a domain of their own beside the server. */
class ComponentTest {
    private static final int MOST = 12; // components, one for each test
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static LocalServer server;

    @BeforeAll static void start() {
        var components = IntStream.range(0, MOST)
                .mapToObj(i -> "[components.\"c%d.localhost\"]\nsecret = \"hush %d\"\nname = \"Component %d\"\n%s"
                        .formatted(i, i, i, i == 11 ? "queue = \"64 KiB\"\n" : ""))
                .collect(Collectors.joining());
        server = LocalServer.start(LocalServer.SETTINGS
                .replace("[listen]\n", "[listen]\ncomponent = [\"127.0.0.1:0\"]\ncomponent_tls = [\"127.0.0.1:0\"]\n")
                .replace("[limits]\n", "[limits]\nrate = \"64 MB\"\nburst = \"64 MB\"\n") + components
                + "[components.\"elsewhere.example\"]\nsecret = \"hush\"\n");
    }

    @AfterAll static void stop() { server.close(); }

    private final int own = NUMBER.getAndIncrement();
    private final String domain = "c" + own + ".localhost";
    private final String secret = "hush " + own;

    private static FakeComponent open() throws Exception {
        return new FakeComponent(server.server().component().getFirst().getPort());
    }

    private FakeComponent connected() throws Exception { return open().connect(domain, secret); }

    private Client romeo() throws Exception { return server.login(server.account("romeo"), "x"); }

    @Test void stanzasPassInBothDirections() throws Exception {
        try (var component = connected(); var romeo = romeo()) {
            romeo.send("<message type='chat' id='m1' to='wall@" + domain + "/brick'><body>one</body></message>");
            assertThat(component.until("</message>")).contains("from='" + romeo.jid() + "'",
                    "to='wall@" + domain + "/brick'", "<body>one</body>");
            component.send("<message type='chat' id='m2' from='wall@" + domain + "' to='" + romeo.jid()
                    + "'><body>two</body></message>");
            var reply = romeo.receive();
            assertThat(reply.attribute("from")).isEqualTo("wall@" + domain);
            assertThat(reply.child("body").orElseThrow().text()).isEqualTo("two");
            component.send("<iq xmlns='jabber:component:accept' type='get' id='q' from='" + domain
                    + "' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>");
            assertThat(component.until("id='q'") + component.until("/>")).contains("result");
        }
    }

    @Test void aComponentSendsOnlyFromItsOwnDomain() throws Exception { // XEP-0114 §3
        try (var romeo = romeo()) {
            for (String from : List.of("romeo@localhost", "localhost", "x@sub." + domain, "c0.localhost.example",
                    "x@elsewhere.example", "x" + domain))
                try (var component = connected()) {
                    assertThat(component
                            .send("<message from='" + from + "' to='" + romeo.jid() + "'><body>x</body></message>")
                            .rest()).as(from).contains("invalid-from");
                }
            try (var component = connected()) {
                assertThat(component.send("<message to='" + romeo.jid() + "'><body>x</body></message>").rest())
                        .contains("improper-addressing");
            }
            try (var component = connected()) {
                assertThat(component.send("<message from='" + domain + "'><body>x</body></message>").rest())
                        .contains("improper-addressing");
            }
            romeo.fence();
            assertThat(romeo.peek()).isNull();
        }
    }

    @Test void aComponentIsRefusedWithoutItsSecret() throws Exception {
        try (var component = open().handshake(domain, "guess")) {
            assertThat(component.rest()).contains("not-authorized", "</stream:stream>");
        }
        try (var component = open().handshake(domain, "hush " + (own + 1))) { // the secret of another component
            assertThat(component.rest()).contains("not-authorized");
        }
        try (var component = open().send(FakeComponent.header(domain))) {
            component.until(">");
            assertThat(component.send("<message from='" + domain + "' to='romeo@localhost'/>").rest())
                    .contains("not-authorized");
        }
        try (var component = open().send(FakeComponent.header("nobody.localhost"))) {
            assertThat(component.rest()).contains("<stream:stream", "host-unknown", "</stream:stream>");
        }
        try (var component = open().send(FakeComponent.header("localhost"))) {
            assertThat(component.rest()).contains("host-unknown");
        }
        try (var component = open().send(FakeComponent.header(domain).replace("component:accept", "client"))) {
            assertThat(component.rest()).contains("<stream:stream", "invalid-namespace");
        }
        try (var component = open().send(FakeComponent.header(domain))) {
            component.until(">");
            assertThat(component.send("<x>" + "y".repeat(20_000) + "</x>").rest()).contains("policy-violation");
        }
    }

    @Test void stanzasForADisconnectedComponentAreBounced() throws Exception {
        try (var romeo = romeo()) {
            assertThat(
                    romeo.send("<message id='m' to='x@" + domain + "'><body>x</body></message>").receive().toString())
                    .contains("service-unavailable", "not connected");
            assertThat(romeo.send("<iq type='get' id='q' to='" + domain + "'><ping xmlns='urn:xmpp:ping'/></iq>")
                    .receive().toString()).contains("service-unavailable");
        }
    }

    @Test void pendingRequestsFailWhenTheComponentDisconnects() throws Exception {
        try (var romeo = romeo()) {
            try (var component = connected()) {
                romeo.send("<iq type='get' id='q1' to='" + domain
                        + "'><ping xmlns='urn:xmpp:ping'/></iq><iq type='get' id='q2' to='" + domain
                        + "'><ping xmlns='urn:xmpp:ping'/></iq>");
                component.until("id='q2'");
                component.send("<iq type='result' id='q1' from='" + domain + "' to='" + romeo.jid() + "'/>");
                assertThat(romeo.receive().attribute("type")).isEqualTo("result");
            }
            var error = romeo.receive();
            assertThat(error.attribute("id")).isEqualTo("q2");
            assertThat(error.attribute("from")).isEqualTo(domain);
            assertThat(error.toString()).contains("remote-server-timeout");
            assertThat(
                    romeo.send("<message id='m' to='x@" + domain + "'><body>x</body></message>").receive().toString())
                    .contains("service-unavailable");
        }
    }

    @Test void connectionsOfAComponentShareTheSendersAndReplaceEachOther() throws Exception {
        try (var first = connected(); var second = connected()) {
            Set<String> receivers = new HashSet<>();
            // the chance that one connection gets all messages is 2 * 2^-40
            for (int i = 0; i < 40 && receivers.size() < 2; i++) try (var romeo = romeo()) {
                romeo.send("<message id='a' to='x@" + domain + "'><body>x</body></message><message id='b' to='x@"
                        + domain + "'><body>x</body></message>");
                receivers.add(nameOfReceiver(first, second, romeo));
            }
            assertThat(receivers).containsExactlyInAnyOrder("first", "second");
            assertThat(server.command("component list", Map.of()).toString())
                    .contains("component=" + domain + ", connections=2");
            first.line().close();
            try (var romeo = romeo()) {
                var answering = Thread.ofVirtual().start(() -> answerOneRequest(second));
                // until the server notices the lost connection, requests end with an error
                for (String answer = ""; !answer.contains("result");) {
                    romeo.send("<iq type='get' id='q' to='" + domain + "'><ping xmlns='urn:xmpp:ping'/></iq>");
                    answer = romeo.receive().toString();
                    if (!answer.contains("result")) assertThat(answer).contains("remote-server-timeout");
                }
                answering.join();
            }
        }
    }

    /**
     * Returns the name of the connection that received both messages of a sender, in order. The other connection must
     * have received none.
     */
    private String nameOfReceiver(FakeComponent first, FakeComponent second, Client romeo) throws Exception {
        romeo.fence(); // each component connection gets its messages before the reply to its own request
        for (var c : List.of(first, second))
            c.send("<iq type='get' id='f' from='" + domain + "' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>");
        String one = first.until("id='f'");
        String other = second.until("id='f'");
        for (String text : List.of(one, other))
            if (text.contains("id='a'")) assertThat(text.indexOf("id='b'")).isGreaterThan(text.indexOf("id='a'"));
        assertThat(one.contains("id='a'")).isNotEqualTo(other.contains("id='a'"));
        return one.contains("id='a'") ? "first" : "second";
    }

    private void answerOneRequest(FakeComponent component) {
        try {
            var request = component.until("</iq>");
            var from = request.substring(request.lastIndexOf(" from='") + 7);
            component.send("<iq type='result' id='q' from='" + domain + "' to='" + from.substring(0, from.indexOf('\''))
                    + "'/>");
        } catch (Exception closed) {
            // the test is over
        }
    }

    @Test void theHostListsAComponentByItsName() throws Exception {
        try (var romeo = romeo()) {
            var items = romeo.send(
                    "<iq type='get' id='1' to='localhost'><query xmlns='http://jabber.org/protocol/disco#items'/></iq>")
                    .receive().toString();
            assertThat(items).contains("jid='" + domain + "' name='Component " + own + "'")
                    .doesNotContain("elsewhere.example");
        }
    }

    @Test void aComponentMayConnectWithDirectTls() throws Exception {
        try (var component = new FakeComponent(server.server().componentTls().getFirst().getPort());
                var romeo = romeo()) {
            component.line().handshake(null);
            component.connect(domain, secret);
            romeo.send("<message id='m' to='x@" + domain + "'><body>over TLS</body></message>");
            assertThat(component.until("</message>")).contains("over TLS");
            assertThat(server.command("component list", Map.of()).toString())
                    .contains(domain + ", connections=1, addresses=127.0.0.1 (TLSv1.3)");
        }
    }

    @Test void theQueueForASlowComponentIsBounded() throws Exception {
        try (var component = open().connect("c11.localhost", "hush 11"); var romeo = romeo()) {
            var body = "x".repeat(50_000);
            ReceivedXml refused = null;
            for (int i = 0; i < 1000 && refused == null; i++) { // the operating system buffers some megabytes
                romeo.send("<message id='" + i + "' to='x@c11.localhost'><body>" + body + "</body></message>");
                romeo.fence();
                refused = romeo.peek();
            }
            assertThat(String.valueOf(refused)).contains("resource-constraint", "too many stanzas wait");
            assertThat(component.until("id='0'")).isNotEmpty(); // the server has not disconnected the slow component
        }
    }

    @Test void aSlixmppComponentEchoes() throws Exception {
        assumeTrue(new ProcessBuilder("/usr/bin/python3", "-c", "import slixmpp").start().waitFor() == 0,
                "python3-slixmpp is not installed");
        var process = new ProcessBuilder("/usr/bin/python3", "src/test/resources/clients/echo_component.py",
                String.valueOf(server.server().component().getFirst().getPort()), domain, secret)
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (var romeo = romeo()) {
            var output = process.inputReader();
            assertThat(output.readLine()).isEqualTo("connected");
            romeo.send("<message type='chat' id='m' to='wall@" + domain + "'><body>who is there?</body></message>");
            assertThat(romeo.receive().child("body").orElseThrow().text()).isEqualTo("who is there?");
            romeo.send("<iq type='get' id='i' to='" + domain
                    + "'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>");
            assertThat(romeo.receive().toString()).contains("type='echo'", "urn:xmpp:ping");
            romeo.send("<presence/>").receive();
            romeo.send("<presence type='subscribe' to='wall@" + domain + "'/>");
            for (String reply = ""; !reply.contains("at your service"); reply = romeo.receive().toString());
        } finally {
            process.destroyForcibly().waitFor();
        }
    }
}
