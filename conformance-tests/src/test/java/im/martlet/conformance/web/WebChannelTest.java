package im.martlet.conformance.web;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.conformance.harness.BoshClient;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.RawWebSocket;
import im.martlet.conformance.harness.ReceivedXml;
import im.martlet.conformance.harness.SaslMessages;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * SCRAM-*-PLUS where the stream is in HTTP: on offer where TLS is the client's own, and good on its channel and on no
 * other (RFC 5802 §6, RFC 9266, RFC 5929).
 */
class WebChannelTest {
    private static final String SASL = " xmlns='urn:ietf:params:xml:ns:xmpp-sasl'";
    private static final String PROXIED = "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: https\r\n";

    private final LocalServer server = LocalServer.shared();

    private static SaslMessages words(Jid account) { return new SaslMessages(account, LocalServer.PASSWORD); }

    private static List<String> mechanisms(ReceivedXml features) {
        return features.child("mechanisms").orElseThrow().children().stream().map(ReceivedXml::text).toList();
    }

    private static List<String> bindings(ReceivedXml features) {
        return features.child("sasl-channel-binding")
                .map(all -> all.children().stream().map(c -> c.attribute("type")).toList()).orElse(List.of());
    }

    private static String auth(String mechanism, String words) {
        return "<auth" + SASL + " mechanism='" + mechanism + "'>" + words + "</auth>";
    }

    private static String response(String words) { return "<response" + SASL + ">" + words + "</response>"; }

    // ---- WebSocket

    @ParameterizedTest
    @CsvSource({ "TLSv1.3, tls-exporter", "TLSv1.3, tls-server-end-point", "TLSv1.2, tls-exporter",
            "TLSv1.2, tls-server-end-point" }) void aLoginOnAWebSocketIsBoundToItsChannelAndToNoOther(String version,
                    String type) throws Exception {
        var juliet = server.account("juliet");
        try (var socket = RawWebSocket.secure(server, version, "");
                var other = RawWebSocket.secure(server, version, "")) {
            var features = socket.open();
            assertThat(mechanisms(features)).contains("SCRAM-SHA-1-PLUS", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-512-PLUS");
            assertThat(bindings(features)).containsExactlyInAnyOrder("tls-exporter", "tls-server-end-point");
            boolean onEach = type.equals("tls-server-end-point"); // the certificate is the same: of somebody in the middle it would not be
            assertThat(login(socket, juliet, type, onEach ? new byte[32] : SaslMessages.binding(other.session(), type)))
                    .contains("<not-authorized");
            assertThat(login(socket, juliet, type, SaslMessages.binding(socket.session(), type)))
                    .startsWith("<success");
        }
    }

    private static String login(RawWebSocket socket, Jid account, String type, byte[] binding) throws Exception {
        var challenge =
                ReceivedXml.parse(socket.say(auth("SCRAM-SHA-256-PLUS", words(account).scramPlus(type))).hear());
        assertThat(challenge.name()).isEqualTo("challenge");
        return socket.say(response(words(account).scramPlus(type, binding, challenge.text()))).hear();
    }

    @Test void behindAProxyNothingIsBoundToItsChannel() throws Exception {
        try (var socket = RawWebSocket.plain(server, PROXIED)) {
            refusesPlus(socket);
        }
    }

    /** Its channel is not the client's, though it is one of TLS. */
    @Test void norIsItToThatOfAProxyThatSpeaksTlsWithUs() throws Exception {
        try (var socket = RawWebSocket.secure(server, "TLSv1.3", PROXIED)) {
            refusesPlus(socket);
        }
    }

    private void refusesPlus(RawWebSocket socket) throws Exception {
        var features = socket.open();
        assertThat(mechanisms(features)).contains("SCRAM-SHA-256").noneMatch(name -> name.endsWith("-PLUS"));
        assertThat(bindings(features)).isEmpty();
        assertThat(socket
                .say(auth("SCRAM-SHA-256-PLUS", words(server.account("juliet")).scramPlus("tls-server-end-point")))
                .hear()).contains("<invalid-mechanism");
    }

    // ---- BOSH

    @Test void aLoginByRequestsIsBoundToTheCertificateThatTheyAllFind() throws Exception {
        var juliet = server.account("juliet");
        var bosh = new BoshClient(server);
        var features = bosh.begin("localhost", "hold='1' wait='60'").child("features").orElseThrow();
        assertThat(mechanisms(features)).contains("SCRAM-SHA-256-PLUS");
        assertThat(bindings(features)).as("each may come on a channel of its own")
                .containsExactly("tls-server-end-point");
        assertThat(login(bosh, juliet, new byte[32])).contains("not-authorized");
        assertThat(login(bosh, juliet, SaslMessages.binding(channel(bosh), "tls-server-end-point")))
                .contains("success");
    }

    private static SSLSession channel(BoshClient bosh) throws Exception {
        return bosh.send("rid='7' to='localhost'", "").get(20, TimeUnit.SECONDS).sslSession().orElseThrow();
    }

    private static String login(BoshClient bosh, Jid account, byte[] binding) throws Exception {
        var challenge = bosh.say("", auth("SCRAM-SHA-256-PLUS", words(account).scramPlus("tls-server-end-point")))
                .child("challenge").orElseThrow();
        return bosh.say("", response(words(account).scramPlus("tls-server-end-point", binding, challenge.text())))
                .toString();
    }

    @Test void requestsThatAProxyPassesOnAreBoundToNothing() throws Exception {
        var features =
                BoshClient.proxied(server).begin("localhost", "hold='1' wait='60'").child("features").orElseThrow();
        assertThat(mechanisms(features)).contains("SCRAM-SHA-256").noneMatch(name -> name.endsWith("-PLUS"));
        assertThat(bindings(features)).isEmpty();
    }

    // ---- tokens (XEP-0484)

    @ParameterizedTest
    @ValueSource(strings = { "HT-SHA-256-EXPR", "HT-SHA-256-ENDP" }) void aTokenThatIsBoundToAChannelIsForWebSocketsToo(
            String mechanism) throws Exception {
        var juliet = server.account("juliet");
        var phone = "<user-agent id='d4565fa7-4d72-4749-b3d3-740edbf87770'/>";
        String token;
        try (var socket = RawWebSocket.secure(server, "TLSv1.3", "")) {
            socket.open();
            var success = ReceivedXml.parse(socket
                    .say("<authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'><initial-response>"
                            + words(juliet).plain("") + "</initial-response>" + phone
                            + "<request-token xmlns='urn:xmpp:fast:0' mechanism='" + mechanism + "'/></authenticate>")
                    .hear());
            token = success.child("token").orElseThrow().attribute("token");
        }
        try (var socket = RawWebSocket.secure(server, "TLSv1.3", "")) {
            socket.open();
            var type = mechanism.endsWith("EXPR") ? "tls-exporter" : "tls-server-end-point";
            assertThat(socket.say("<authenticate xmlns='urn:xmpp:sasl:2' mechanism='" + mechanism
                    + "'><initial-response>" + words(juliet).proof(token, SaslMessages.binding(socket.session(), type))
                    + "</initial-response>" + phone + "<fast xmlns='urn:xmpp:fast:0'/></authenticate>").hear())
                    .startsWith("<success");
        }
    }
}
