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
 * Tests SCRAM-*-PLUS over HTTP. The server offers it only if the client itself has made the TLS connection, and accepts
 * only the binding of this channel (RFC 5802 §6, RFC 9266, RFC 5929).
 */
class WebChannelTest {
    private static final String SASL = " xmlns='urn:ietf:params:xml:ns:xmpp-sasl'";
    private static final String PROXIED = "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: https\r\n";

    private final LocalServer server = LocalServer.shared();

    private static SaslMessages sasl(Jid account) { return new SaslMessages(account, LocalServer.PASSWORD); }

    private static List<String> mechanisms(ReceivedXml features) {
        return features.child("mechanisms").orElseThrow().children().stream().map(ReceivedXml::text).toList();
    }

    private static List<String> bindings(ReceivedXml features) {
        return features.child("sasl-channel-binding")
                .map(all -> all.children().stream().map(c -> c.attribute("type")).toList()).orElse(List.of());
    }

    private static String auth(String mechanism, String message) {
        return "<auth" + SASL + " mechanism='" + mechanism + "'>" + message + "</auth>";
    }

    private static String response(String message) { return "<response" + SASL + ">" + message + "</response>"; }

    // ---- WebSocket

    @ParameterizedTest
    @CsvSource({ "TLSv1.3, tls-exporter", "TLSv1.3, tls-server-end-point", "TLSv1.2, tls-exporter",
            "TLSv1.2, tls-server-end-point" }) void webSocketLoginIsBoundToItsOwnChannel(String version,
                    String type) throws Exception {
        var juliet = server.account("juliet");
        try (var socket = RawWebSocket.secure(server, version, "");
                var other = RawWebSocket.secure(server, version, "")) {
            var features = socket.open();
            assertThat(mechanisms(features)).contains("SCRAM-SHA-1-PLUS", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-512-PLUS");
            assertThat(bindings(features)).containsExactlyInAnyOrder("tls-exporter", "tls-server-end-point");
            // both channels have the same certificate; an attacker's channel would have another
            boolean sameOnBoth = type.equals("tls-server-end-point");
            assertThat(login(socket, juliet, type,
                    sameOnBoth ? new byte[32] : SaslMessages.binding(other.session(), type)))
                    .contains("<not-authorized");
            assertThat(login(socket, juliet, type, SaslMessages.binding(socket.session(), type)))
                    .startsWith("<success");
        }
    }

    private static String login(RawWebSocket socket, Jid account, String type, byte[] binding) throws Exception {
        var challenge =
                ReceivedXml.parse(socket.say(auth("SCRAM-SHA-256-PLUS", sasl(account).scramPlus(type))).hear());
        assertThat(challenge.name()).isEqualTo("challenge");
        return socket.say(response(sasl(account).scramPlus(type, binding, challenge.text()))).hear();
    }

    @Test void channelBindingIsNotOfferedBehindAProxy() throws Exception {
        try (var socket = RawWebSocket.plain(server, PROXIED)) {
            assertNoPlus(socket);
        }
    }

    /** The proxy uses TLS, too, but its channel is not the client's. */
    @Test void channelBindingIsNotOfferedBehindATlsProxy() throws Exception {
        try (var socket = RawWebSocket.secure(server, "TLSv1.3", PROXIED)) {
            assertNoPlus(socket);
        }
    }

    private void assertNoPlus(RawWebSocket socket) throws Exception {
        var features = socket.open();
        assertThat(mechanisms(features)).contains("SCRAM-SHA-256").noneMatch(name -> name.endsWith("-PLUS"));
        assertThat(bindings(features)).isEmpty();
        assertThat(socket
                .say(auth("SCRAM-SHA-256-PLUS", sasl(server.account("juliet")).scramPlus("tls-server-end-point")))
                .hear()).contains("<invalid-mechanism");
    }

    // ---- BOSH

    @Test void boshLoginIsBoundToTheServerCertificate() throws Exception {
        var juliet = server.account("juliet");
        var bosh = new BoshClient(server);
        var features = bosh.begin("localhost", "hold='1' wait='60'").child("features").orElseThrow();
        assertThat(mechanisms(features)).contains("SCRAM-SHA-256-PLUS");
        assertThat(bindings(features)).as("each request may use its own connection")
                .containsExactly("tls-server-end-point");
        assertThat(login(bosh, juliet, new byte[32])).contains("not-authorized");
        assertThat(login(bosh, juliet, SaslMessages.binding(channel(bosh), "tls-server-end-point")))
                .contains("success");
    }

    private static SSLSession channel(BoshClient bosh) throws Exception {
        return bosh.send("rid='7' to='localhost'", "").get(20, TimeUnit.SECONDS).sslSession().orElseThrow();
    }

    private static String login(BoshClient bosh, Jid account, byte[] binding) throws Exception {
        var challenge = bosh.say("", auth("SCRAM-SHA-256-PLUS", sasl(account).scramPlus("tls-server-end-point")))
                .child("challenge").orElseThrow();
        return bosh.say("", response(sasl(account).scramPlus("tls-server-end-point", binding, challenge.text())))
                .toString();
    }

    @Test void boshChannelBindingIsNotOfferedBehindAProxy() throws Exception {
        var features =
                BoshClient.proxied(server).begin("localhost", "hold='1' wait='60'").child("features").orElseThrow();
        assertThat(mechanisms(features)).contains("SCRAM-SHA-256").noneMatch(name -> name.endsWith("-PLUS"));
        assertThat(bindings(features)).isEmpty();
    }

    // ---- tokens (XEP-0484)

    @ParameterizedTest
    @ValueSource(strings = { "HT-SHA-256-EXPR", "HT-SHA-256-ENDP" }) void channelBoundTokenWorksOnWebSockets(
            String mechanism) throws Exception {
        var juliet = server.account("juliet");
        var phone = "<user-agent id='d4565fa7-4d72-4749-b3d3-740edbf87770'/>";
        String token;
        try (var socket = RawWebSocket.secure(server, "TLSv1.3", "")) {
            socket.open();
            var success = ReceivedXml.parse(socket
                    .say("<authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'><initial-response>"
                            + sasl(juliet).plain("") + "</initial-response>" + phone
                            + "<request-token xmlns='urn:xmpp:fast:0' mechanism='" + mechanism + "'/></authenticate>")
                    .hear());
            token = success.child("token").orElseThrow().attribute("token");
        }
        try (var socket = RawWebSocket.secure(server, "TLSv1.3", "")) {
            socket.open();
            var type = mechanism.endsWith("EXPR") ? "tls-exporter" : "tls-server-end-point";
            assertThat(socket.say("<authenticate xmlns='urn:xmpp:sasl:2' mechanism='" + mechanism
                    + "'><initial-response>" + sasl(juliet).proof(token, SaslMessages.binding(socket.session(), type))
                    + "</initial-response>" + phone + "<fast xmlns='urn:xmpp:fast:0'/></authenticate>").hear())
                    .startsWith("<success");
        }
    }
}
