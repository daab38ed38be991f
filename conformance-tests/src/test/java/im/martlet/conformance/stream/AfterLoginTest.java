package im.martlet.conformance.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.ReceivedXml;
import im.martlet.session.AccountDirectory;
import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests violations after login that end the stream (RFC 6120 §4.9.3). The I/O thread parses the bytes. */
class AfterLoginTest {
    private static final LocalServer SERVER = LocalServer.shared();

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', value = {
            "not-well-formed          | <message><body></message>",
            "not-well-formed          | <message to='a' to='b'/>",
            "not-well-formed          | <message><body>a & b</body></message>",
            "not-well-formed          | </stream:river>",
            "restricted-xml           | <message><!-- c --></message>",
            "restricted-xml           | <message><body>&lol;</body></message>",
            "restricted-xml           | <!DOCTYPE message>",
            "restricted-xml           | <?pi?>",
            "bad-namespace-prefix     | <foo:message/>",
            "bad-namespace-prefix     | <message foo:a='b'/>",
            "bad-format               | hello?",
            "unsupported-stanza-type  | <river/>",
            "unsupported-stanza-type  | <message xmlns='urn:x'/>",
            "invalid-from             | <message from='juliet@localhost' to='localhost'/>" }) void violationAfterLoginEndsTheStreamAndTheSession(
                    String condition, String xml) throws Exception {
        try (var client = SERVER.login(SERVER.account("romeo"), "x")) {
            client.fence();
            assertThat(client.send(xml).streamError()).isEqualTo(condition);
            await().until(() -> SERVER.server().injector().getInstance(AccountDirectory.class).session(client.jid())
                    .isEmpty());
        }
    }

    @Test void invalidUtf8EndsTheStream() throws Exception {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes("<message><body>".getBytes(UTF_8));
        bytes.writeBytes(new byte[]{ (byte) 0xC0, (byte) 0xAF }); // an overlong "/"
        try (var client = SERVER.login(SERVER.account("romeo"), "x")) {
            client.fence();
            assertThat(client.send(bytes.toByteArray()).streamError()).isEqualTo("not-well-formed");
        }
    }

    @ParameterizedTest
    @CsvSource({ "deeper than 64, <a>, 80", "more than 128 attributes, ' a=\"b\"', 200",
            "longer than 262144 bytes, xxxxxxxx, 33000" }) void stanzaOverALimitEndsTheStreamBeforeItsEnd(
                    String text, String piece, int times) throws Exception {
        try (var client = SERVER.login(SERVER.account("romeo"), "x")) {
            client.fence();
            client.send((piece.startsWith(" ") ? "<message" : "<message><body>") + piece.repeat(times));
            var error = client.receive();
            assertThat(error.children().getFirst().name()).isEqualTo("policy-violation");
            assertThat(error.toString()).contains(text);
            assertThat(client.receive()).isSameAs(ReceivedXml.END);
        }
    }

    @Test void stanzaWithoutLanguageGetsLanguageOfItsStream() throws Exception { // RFC 6120 §8.1.5
        var romeo = SERVER.account("romeo");
        try (var client = SERVER.connect().open("localhost").secure();
                var listener = SERVER.login(SERVER.account("juliet"), "y")) {
            assertThat(client.send(Client.plain(romeo.local(), LocalServer.PASSWORD)).receive().name())
                    .isEqualTo("success");
            client.send(Client.header("localhost").replace(" to=", " xml:lang='de' to=")).awaitFeatures().bind("x");
            client.send("<message to='" + listener.jid() + "'><body>gut</body></message><message to='" + listener.jid()
                    + "' xml:lang='it'><body>bene</body></message>"
                    + "<presence to='" + listener.jid() + "'/>");
            assertThat(listener.receive().attribute("xml:lang")).isEqualTo("de");
            assertThat(listener.receive().attribute("xml:lang")).isEqualTo("it");
            assertThat(listener.receive().attribute("xml:lang")).isEqualTo("de");
        }
    }

    @Test void loginNeedsTls() throws Exception { // RFC 6120 §6.5.4
        var romeo = SERVER.account("romeo");
        try (var client = SERVER.connect().open("localhost")) {
            assertThat(client.send(Client.plain(romeo.local(), LocalServer.PASSWORD)).receive()
                    .child("encryption-required")).isPresent();
            assertThat(client.secure().login(romeo, LocalServer.PASSWORD).bind("x").jid())
                    .isEqualTo(romeo.withResource("x"));
        }
    }
}
