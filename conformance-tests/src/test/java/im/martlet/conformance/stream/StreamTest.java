package im.martlet.conformance.stream;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.ReceivedXml;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6120 §4 to §7 for clients: the server refuses with the right condition, then closes the connection. */
class StreamTest {
    private static final LocalServer SERVER = LocalServer.shared();
    private static final String SASL = "urn:ietf:params:xml:ns:xmpp-sasl";

    @Test void streamBeginsWithAnXmlDeclaration() throws Exception {
        try (var raw = SERVER.connect()) {
            raw.send(Client.header("localhost"));
            var answer = new String(raw.socket().getInputStream().readNBytes(21), StandardCharsets.UTF_8);
            assertThat(answer).isEqualTo("<?xml version='1.0'?>");
        }
    }

    @Test void streamHeaderHasHostVersionAndId() throws Exception {
        try (var client = SERVER.connect().open("localhost")) {
            assertThat(client.header.attribute("from")).isEqualTo("localhost");
            assertThat(client.header.attribute("version")).isEqualTo("1.0");
            assertThat(client.header.attribute("id")).hasSizeGreaterThanOrEqualTo(16);
        }
    }

    @Test void onlyStarttlsIsOfferedBeforeTls() throws Exception {
        try (var client = SERVER.connect().open("localhost")) {
            assertThat(client.features.children()).extracting(ReceivedXml::name).contains("starttls")
                    .doesNotContain("mechanisms", "register", "bind");
            assertThat(client.features.child("starttls").orElseThrow().child("required")).isPresent();
        }
    }

    @Test void mechanismsAndChannelBindingsAreOfferedOverTls() throws Exception {
        try (var client = SERVER.connect().open("localhost").secure()) {
            assertThat(client.features.child("mechanisms").orElseThrow().children()).extracting(ReceivedXml::text)
                    .containsExactly("SCRAM-SHA-512-PLUS",
                            "SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-512", "SCRAM-SHA-256", "SCRAM-SHA-1",
                            "PLAIN");
            assertThat(client.features.child("sasl-channel-binding").orElseThrow().children())
                    .extracting(x -> x.attribute("type"))
                    .containsExactly("tls-exporter", "tls-server-end-point");
            assertThat(client.features.child("starttls")).isEmpty();
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', value = {
            "host-unknown          | <stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0' to='nowhere.example'>",
            "host-unknown          | <stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>",
            "host-unknown          | <stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0' to='@'>",
            "unsupported-version   | <stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='localhost'>",
            "unsupported-version   | <stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='2.0' to='localhost'>",
            "invalid-namespace     | <stream:stream xmlns='jabber:client' xmlns:stream='urn:wrong' version='1.0' to='localhost'>",
            "invalid-namespace     | <stream:stream xmlns='jabber:wrong' xmlns:stream='http://etherx.jabber.org/streams' version='1.0' to='localhost'>",
            "bad-format            | <stream:river xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0' to='localhost'>",
            "bad-namespace-prefix  | <stream:stream xmlns='jabber:client' version='1.0' to='localhost'>",
            "not-well-formed       | <stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version=1.0>",
            "not-well-formed       | GET / HTTP/1.1",
            "restricted-xml        | <!DOCTYPE stream [<!ENTITY lol 'lol'>]><stream:stream>",
            "restricted-xml        | <!-- hello --><stream:stream>",
            "restricted-xml        | <?foo bar?><stream:stream>",
            "unsupported-encoding  | <?xml version='1.0' encoding='ISO-8859-1'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0' to='localhost'>" }) void invalidStreamHeaderIsRefusedInAStream(
                    String condition, String header) throws Exception {
        try (var client = SERVER.connect()) {
            assertThat(client.send(header).hear().streamError()).isEqualTo(condition);
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', value = {
            "not-authorized           | <message to='juliet@localhost'><body>early</body></message>",
            "not-authorized           | <presence/>",
            "unsupported-stanza-type  | <river xmlns='urn:x'/>",
            "not-well-formed          | <message><body></message>",
            "restricted-xml           | <message><!-- c --></message>",
            "restricted-xml           | <?pi?>",
            "bad-namespace-prefix     | <foo:message/>",
            "not-well-formed          | <message><xml:x/></message>",
            "bad-format               | hello?" }) void violationBeforeLoginEndsTheStream(String condition,
                    String xml) throws Exception {
        for (boolean secure : List.of(false, true)) try (var client = SERVER.connect().open("localhost")) {
            if (secure) client.secure();
            assertThat(client.send(xml).streamError()).isEqualTo(condition);
        }
    }

    @Test void deepXmlBeforeLoginIsAPolicyViolation() throws Exception {
        try (var client = SERVER.connect().open("localhost")) {
            assertThat(client.send("<a>".repeat(20)).streamError()).isEqualTo("policy-violation");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "<message a='%s'/>",
            "<message><body>%s</body></message>" }) void oversizedStanzaBeforeLoginIsAPolicyViolationBeforeItsEnd(
                    String shape) throws Exception {
        try (var client = SERVER.connect().open("localhost")) {
            assertThat(client.send(shape.formatted("x".repeat(10_500)).substring(0, 10_400)).streamError())
                    .isEqualTo("policy-violation");
        }
    }

    @Test void largeStanzaIsAllowedAfterLogin() throws Exception {
        try (var client = SERVER.login(SERVER.account("romeo"), "x")) {
            client.send("<message to='" + client.jid() + "'><body>" + "x".repeat(100_000) + "</body></message>");
            assertThat(client.receive().child("body").orElseThrow().text()).hasSize(100_000);
            assertThat(client.send("<message><body>" + "x".repeat(262_200)).streamError())
                    .isEqualTo("policy-violation");
        }
    }

    @Test void streamIsClosedFromBothSides() throws Exception {
        try (var client = SERVER.login(SERVER.account("romeo"), "x")) {
            client.send("</stream:stream>");
            assertThat(client.receive()).isSameAs(ReceivedXml.END);
            assertThat(client.receive()).isSameAs(ReceivedXml.CLOSED);
        }
    }

    @Test void dataAfterStarttlsInTheClearIsDiscarded() throws Exception {
        try (var client = SERVER.connect().open("localhost")) {
            client.send("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>" + Client.header("localhost")
                    + Client.plain("romeo", "pencil"));
            assertThat(client.receive().name()).isEqualTo("proceed");
            client.handshake().open("localhost");
            assertThat(client.features.child("mechanisms")).as("the client is not logged in").isPresent();
        }
    }

    @Test void secondStarttlsFailsAndEndsTheStream() throws Exception {
        try (var client = SERVER.connect().open("localhost").secure()) {
            client.send("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
            assertThat(client.receive().name()).isEqualTo("failure");
            assertThat(client.receive()).isSameAs(ReceivedXml.END);
        }
    }

    @Test void hostCannotChangeOnStreamRestart() throws Exception {
        var account = SERVER.account("romeo");
        SERVER.server();
        try (var client = SERVER.connect().open("localhost").secure()) {
            client.send(Client.plain(account.local(), LocalServer.PASSWORD));
            assertThat(client.receive().name()).isEqualTo("success");
            assertThat(client.send(Client.header("other.example")).hear().streamError()).isEqualTo("policy-violation");
        }
    }

    @Test void accountOfOneHostCannotLogInOnAnother() throws Exception {
        var account = SERVER.account("romeo");
        try (var client = SERVER.connect().open("other.example").secure()) {
            client.send(Client.plain(account.local(), LocalServer.PASSWORD));
            assertThat(client.receive().children().getFirst().name()).isEqualTo("not-authorized");
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', value = {
            "invalid-mechanism  | <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'/>",
            "invalid-mechanism  | <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>",
            "incorrect-encoding | <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>%%%</auth>",
            "malformed-request  | <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AAAA</auth>",
            "malformed-request  | <response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>AAAA</response>",
            "aborted            | <abort xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>" }) void failedAuthenticationHasAConditionAndCanBeRepeated(
                    String condition, String xml) throws Exception {
        var account = SERVER.account("romeo");
        try (var client = SERVER.connect().open("localhost").secure()) {
            var failure = client.send(xml).receive();
            assertThat(failure.is(SASL, "failure")).isTrue();
            assertThat(failure.children().getFirst().name()).isEqualTo(condition);
            assertThat(client.login(account, LocalServer.PASSWORD).bind("x").jid())
                    .isEqualTo(account.withResource("x"));
        }
    }

    @Test void loginAsAnotherUserIsRefused() throws Exception {
        var romeo = SERVER.account("romeo");
        var juliet = SERVER.account("juliet");
        try (var client = SERVER.connect().open("localhost").secure()) {
            var plain = Base64.getEncoder().encodeToString(
                    (juliet + "\0" + romeo.local() + "\0" + LocalServer.PASSWORD).getBytes(StandardCharsets.UTF_8));
            client.send("<auth xmlns='" + SASL + "' mechanism='PLAIN'>" + plain + "</auth>");
            assertThat(client.receive().children().getFirst().name()).isEqualTo("invalid-authzid");
        }
    }

    @Test void tooManyFailedLoginsEndTheStream() throws Exception {
        try (var client = SERVER.connect().open("localhost").secure()) {
            for (int i = 0; i < 7; i++)
                assertThat(client.send(Client.plain("nobody", "x")).receive().name()).isEqualTo("failure");
            assertThat(client.send(Client.plain("nobody", "x")).streamError()).isEqualTo("policy-violation");
        }
    }

    @Test void newerSessionTakesTheResource() throws Exception {
        var account = SERVER.account("romeo");
        try (var first = SERVER.login(account, "balcony"); var chosen = SERVER.login(account, "")) {
            assertThat(chosen.jid().resource()).hasSizeGreaterThanOrEqualTo(16);
            try (var second = SERVER.login(account, "balcony")) {
                assertThat(first.streamError()).isEqualTo("conflict");
                second.fence();
            }
        }
    }

    @Test void sessionsPerAccountAreLimited() throws Exception {
        var account = SERVER.account("romeo");
        var open = new java.util.ArrayList<Client>();
        for (int i = 0; i < 20; i++) open.add(SERVER.login(account, "r" + i));
        try (var last = SERVER.connect().open("localhost").secure().login(account, LocalServer.PASSWORD)) {
            last.send("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>");
            assertThat(last.receive().child("error").orElseThrow().child("resource-constraint")).isPresent();
            open.removeFirst().send("</stream:stream>");
        }
        for (var client : open) client.close();
    }

    @Test void directTlsWorksWithAndWithoutAlpn() throws Exception {
        var account = SERVER.account("romeo");
        for (var alpn : List.of(new String[0], new String[]{ "xmpp-client" }))
            try (var client = new Client(SERVER.tlsPort())) {
                client.handshake(alpn).open("localhost").login(account, LocalServer.PASSWORD).bind("x").fence();
                assertThat(((SSLSocket) client.socket()).getApplicationProtocol())
                        .isEqualTo(alpn.length == 0 ? "" : "xmpp-client");
            }
    }

    @Test void directTlsRefusesOtherProtocolsInAlpn() throws Exception {
        try (var client = new Client(SERVER.tlsPort())) {
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> client.handshake("h2"))
                    .isInstanceOf(IOException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "TLSv1.2", "TLSv1.3" }) void bothVersionsOfTlsWork(String version) throws Exception {
        var account = SERVER.account("romeo");
        try (var client = new Client(SERVER.tlsPort())) {
            client.version(version).handshake().open("localhost").login(account, LocalServer.PASSWORD).bind("x")
                    .fence();
            assertThat(((SSLSocket) client.socket()).getSession().getProtocol()).isEqualTo(version);
        }
    }

    @Test void registrationNeedsUsernameAndPassword() throws Exception { // XEP-0077 §3.1.1
        try (var client = SERVER.connect().open("localhost").secure()) {
            var form = client.send("<iq type='get' id='r'><query xmlns='jabber:iq:register'/></iq>").receive()
                    .child("query").orElseThrow();
            assertThat(form.children()).extracting(ReceivedXml::name).contains("username", "password")
                    .doesNotContain("registered");
            for (String part : List.of("", "<username>only</username>", "<password>only</password>",
                    "<username/><password>x</password>", "<username>somebody</username><password/>",
                    "<username>a@b</username><password>x</password>")) {
                client.send("<iq type='set' id='r'><query xmlns='jabber:iq:register'>" + part + "</query></iq>");
                assertThat(client.receive().child("error").orElseThrow().child("not-acceptable")).as(part).isPresent();
            }
        }
    }

    @Test void openRegistrationCreatesAccounts() throws Exception {
        var name = "new" + System.nanoTime();
        try (var client = SERVER.connect().open("localhost").secure()) {
            assertThat(client.features.child("register")).isPresent();
            var query = "<iq type='set' id='r'><query xmlns='jabber:iq:register'><username>" + name
                    + "</username><password>pencil</password></query></iq>";
            assertThat(client.send(query).receive().attribute("type")).isEqualTo("result");
            assertThat(client.send(query).receive().child("error").orElseThrow().child("conflict")).isPresent();
            client.login(im.martlet.address.Jid.parse(name + "@localhost"), "pencil").bind("x").fence();
        }
    }
}
