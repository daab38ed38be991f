package im.martlet.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two Martlets that talk to each other. */
class FederationTest {
    private static final LoopbackDns DNS = new LoopbackDns();
    private static final TestAuthority AUTHORITY = new TestAuthority();
    private static Federated a;
    private static Federated b;

    @BeforeAll static void start() {
        a = Federated.start("a.example", AUTHORITY, DNS);
        b = Federated.start("b.example", AUTHORITY, DNS);
    }

    @AfterAll static void stop() {
        a.close();
        b.close();
        DNS.close();
    }

    private static String message(Client to, String id) { return "<message type='chat' id='" + id + "' to='" + to.jid() + "'><body>" + id + "</body></message>"; }

    @Test void messagesGoBothWays() throws Exception {
        try (var romeo = a.login("romeo"); var juliet = b.login("juliet")) {
            romeo.send(message(juliet, "m1"));
            var heard = juliet.receive();
            assertThat(heard.attribute("from")).isEqualTo(romeo.jid().toString());
            assertThat(heard.child("body").orElseThrow().text()).isEqualTo("m1");
            juliet.send(message(romeo, "m2"));
            assertThat(romeo.receive().attribute("id")).isEqualTo("m2");
        }
    }

    @Test void oneStreamCarriesBothWaysAndIsVerifiedByCertificates() throws Exception {
        try (var romeo = a.login("romeo"); var juliet = b.login("juliet")) {
            romeo.send(message(juliet, "m1"));
            juliet.receive();
            juliet.send(message(romeo, "m2"));
            romeo.receive();
            assertThat(a.server.command("s2s list", Map.of()).toString()).contains("and back", "certificate", "resends=true");
        }
    }

    @Test void requestsAreAnsweredAcross() throws Exception {
        try (var romeo = a.login("romeo")) {
            romeo.send("<iq type='get' id='p' to='b.example'><ping xmlns='urn:xmpp:ping'/></iq>");
            assertThat(romeo.receive().attribute("type")).isEqualTo("result");
            romeo.send("<iq type='get' id='q' to='nobody@b.example/x'><ping xmlns='urn:xmpp:ping'/></iq>");
            assertThat(romeo.receive().toString()).contains("service-unavailable");
        }
    }

    @Test void tenThousandMessagesComeInOrder() throws Exception {
        try (var romeo = a.login("romeo"); var juliet = b.login("juliet")) {
            Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < 100; i++) {
                        int first = 100 * i;
                        romeo.send(IntStream.range(first, first + 100).mapToObj(n -> message(juliet, String.valueOf(n))).collect(Collectors.joining()));
                    }
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            for (int i = 0; i < 10_000; i++) assertThat(juliet.receive().attribute("id")).isEqualTo(String.valueOf(i));
        }
    }

    @Test void whatCannotBeFoundIsAnsweredOnce() throws Exception {
        DNS.nothing("silent.example");
        try (var romeo = a.login("romeo")) {
            romeo.send("<message type='chat' id='1' to='x@nowhere.example'><body>hello</body></message>");
            assertThat(romeo.receive().toString()).contains("remote-server-not-found").contains("nowhere.example");
            romeo.send("<message type='chat' id='2' to='x@silent.example'><body>hello</body></message>");
            assertThat(romeo.receive().toString()).contains("remote-server-not-found").contains("says in DNS");
            romeo.fence();
            assertThat(romeo.peek()).isNull();
        }
    }

    @Test void anErrorForWhoCannotBeFoundIsNotAnswered() throws Exception {
        try (var romeo = a.login("romeo")) {
            romeo.send("<message type='error' id='1' to='x@nowhere.example'><error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>"
                    + "<message type='chat' id='2' to='x@nowhere.example'><body>hello</body></message>");
            assertThat(romeo.receive().attribute("id")).isEqualTo("2");
        }
    }
}
