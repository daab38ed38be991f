package im.martlet.conformance.stream;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LocalServer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tests clients that send requests without waiting for replies. The server handles them in order. */
class PipeliningTest {
    private static final LocalServer SERVER = LocalServer.shared();
    private static final String BIND =
            "<iq type='set' id='%s'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>%s</resource></bind></iq>";

    private static String auth(Jid account) { return Client.plain(account.local(), LocalServer.PASSWORD); }

    @Test void wholeLoginMayBeSentAtOnce() throws Exception {
        var romeo = SERVER.account("romeo");
        try (var client = SERVER.connect().open("localhost").secure()) {
            client.send(auth(romeo) + Client.header("localhost") + BIND.formatted("b", "x") + "<presence/>"
                    + "<message to='" + romeo + "/x' id='m'><body>to myself</body></message>");
            assertThat(client.receive().name()).isEqualTo("success");
            client.awaitFeatures();
            assertThat(client.receive().child("bind").orElseThrow().child("jid").orElseThrow().text())
                    .isEqualTo(romeo + "/x");
            assertThat(client.receive().name()).isEqualTo("presence");
            assertThat(client.receive().attribute("id")).isEqualTo("m");
        }
    }

    /** RFC 6120 §6.4.6: a new stream header must follow. */
    @Test void secondLoginWithoutStreamHeaderIsInvalidNamespace() throws Exception {
        var romeo = SERVER.account("romeo");
        try (var client = SERVER.connect().open("localhost").secure()) {
            client.send(auth(romeo) + auth(romeo));
            assertThat(client.receive().name()).isEqualTo("success");
            assertThat(client.hear().streamError()).isEqualTo("invalid-namespace");
        }
    }

    @Test void secondLoginOnTheNewStreamIsAPolicyViolation() throws Exception { // RFC 6120 §6.3.5
        var romeo = SERVER.account("romeo");
        try (var client = SERVER.connect().open("localhost").secure()) {
            client.send(auth(romeo) + Client.header("localhost") + auth(romeo));
            assertThat(client.receive().name()).isEqualTo("success");
            assertThat(client.awaitFeatures().streamError()).isEqualTo("policy-violation");
        }
    }

    @Test void manyRequestsAfterBindAreAnsweredInOrder() throws Exception {
        for (int round = 0; round < 30; round++) try (var romeo = SERVER.login(SERVER.account("romeo"), "x")) {
            romeo.send(IntStream.range(0, 300)
                    .mapToObj(i -> "<iq type='get' id='" + i + "' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>")
                    .collect(Collectors.joining()));
            for (int i = 0; i < 300; i++) assertThat(romeo.receive().attribute("id")).isEqualTo(String.valueOf(i));
        }
    }

    @Test void stanzasBeforeTheStreamEndAreHandled() throws Exception {
        var romeo = SERVER.account("romeo");
        var juliet = SERVER.account("juliet");
        try (var listener = SERVER.login(juliet, "y");
                var client = SERVER.connect().open("localhost").secure().login(romeo, LocalServer.PASSWORD)) {
            listener.send("<presence/>").receive();
            client.send(BIND.formatted("1", "x") + "<message to='" + juliet
                    + "' id='m'><body>farewell</body></message></stream:stream>");
            assertThat(listener.receive().attribute("id")).isEqualTo("m");
        }
    }

    @Test void errorForUnknownHostComesFromAKnownHost() throws Exception { // RFC 6120 §4.9.1.2
        try (var client = SERVER.connect()) {
            client.send(Client.header("nowhere.example")).hear();
            assertThat(client.header.attribute("from")).isIn("localhost", "other.example");
            assertThat(client.streamError()).isEqualTo("host-unknown");
        }
    }

    @Test void oneStreamBindsOneResource() throws Exception {
        var romeo = SERVER.account("romeo");
        try (var client = SERVER.connect().open("localhost").secure().login(romeo, LocalServer.PASSWORD)) {
            client.send(BIND.formatted("1", "x") + BIND.formatted("2", "y"));
            assertThat(client.receive().child("bind").orElseThrow().child("jid").orElseThrow().text())
                    .isEqualTo(romeo + "/x");
            var second = client.receive();
            assertThat(second.attribute("id")).isEqualTo("2");
            assertThat(second.child("error").orElseThrow().child("service-unavailable")).isPresent();
        }
    }

    @Test void abortedSaslExchangeLeavesNoState() throws Exception {
        var romeo = SERVER.account("romeo");
        try (var client = SERVER.connect().open("localhost").secure()) {
            client.send(
                    "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-256'>biwsbj1hLHI9YWJj</auth>"
                            + "<abort xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"
                            + "<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"
                            + auth(romeo));
            assertThat(client.receive().name()).isEqualTo("challenge");
            assertThat(client.receive().child("aborted")).isPresent();
            assertThat(client.receive().child("malformed-request")).isPresent();
            assertThat(client.receive().name()).isEqualTo("success");
        }
    }
}
