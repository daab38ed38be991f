package im.martlet.net;

import static im.martlet.net.Transport.ChannelBinding.TLS_EXPORTER;
import static im.martlet.net.Transport.ChannelBinding.TLS_SERVER_END_POINT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests TLS between the server's transport and the JDK's client. */
class TlsTransportTest {
    private static TestServer server;

    @BeforeAll static void start() throws Exception { server = new TestServer(); }

    @AfterAll static void stop() { server.close(); }

    @ParameterizedTest
    @ValueSource(strings = { "TLSv1.2", "TLSv1.3" }) void bytesGoBothWaysOverDirectTls(String protocol)
            throws Exception {
        try (var client = TestClient.connect(server.direct()).secure(p -> p.setProtocols(new String[]{ protocol }))) {
            var peer = server.accepted();
            peer.await("secured");
            client.write("hello");
            peer.awaitText("hello");
            peer.write("welcome");
            assertThat(client.read(7)).isEqualTo("welcome");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "TLSv1.2", "TLSv1.3" }) void onlyTheLastBytesOfStartTlsAreUnencrypted(
            String protocol) throws Exception {
        try (var client = TestClient.connect(server.plain())) {
            var peer = server.accepted();
            client.write("<starttls/>");
            peer.awaitText("<starttls/>");
            peer.write("first,");
            peer.transport.startTls("proceed".getBytes(UTF_8), "a.example");
            peer.write("secret");
            assertThat(client.read(13)).isEqualTo("first,proceed");
            client.secure(p -> p.setProtocols(new String[]{ protocol }));
            assertThat(client.read(6)).isEqualTo("secret");
            client.write("mine");
            peer.awaitText("<starttls/>mine");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "TLSv1.2", "TLSv1.3" }) void bothEndsHaveTheSameChannelBindings(String protocol)
            throws Exception {
        try (var client = TestClient.connect(server.direct()).secure(p -> p.setProtocols(new String[]{ protocol }))) {
            var peer = server.accepted();
            peer.await("secured");
            var session = (ExtendedSSLSession) client.tls().getSession();
            assertThat(peer.transport.channelBinding(TLS_EXPORTER))
                    .hasValueSatisfying(data -> assertThat(data).isEqualTo(
                            exported(session)));
            var hash = MessageDigest.getInstance("SHA-256").digest(session.getPeerCertificates()[0].getEncoded());
            assertThat(peer.transport.channelBinding(TLS_SERVER_END_POINT)).hasValueSatisfying(
                    data -> assertThat(data).isEqualTo(hash));
        }
    }

    @Test void channelBindingNeedsTls() throws Exception {
        try (var _ = TestClient.connect(server.plain())) {
            var peer = server.accepted();
            assertThat(peer.transport.channelBinding(TLS_EXPORTER)).isEmpty();
            assertThat(peer.transport.channelBinding(TLS_SERVER_END_POINT)).isEmpty();
        }
    }

    @Test void serverNameSelectsTheCertificate() throws Exception {
        var address = server.direct();
        assertThat(subjectSeen(address, p -> p.setServerNames(List.of(new SNIHostName("B.example")))))
                .isEqualTo("CN=b.example");
        assertThat(subjectSeen(address, p -> p.setServerNames(List.of(new SNIHostName("c.example")))))
                .isEqualTo("CN=a.example");
        assertThat(subjectSeen(address, p -> p.setServerNames(List.of()))).isEqualTo("CN=a.example");
    }

    @Test void clientWithAlpnMustOfferTheServersProtocol() throws Exception {
        var address = server.direct();
        try (var client = TestClient.connect(address)
                .secure(p -> p.setApplicationProtocols(new String[]{ "h2", "xmpp-client" }))) {
            assertThat(client.tls().getApplicationProtocol()).isEqualTo("xmpp-client");
        }
        try (var client = TestClient.connect(address)) {
            assertThatThrownBy(() -> client.secure(p -> p.setApplicationProtocols(new String[]{ "h2" })))
                    .isInstanceOf(SSLException.class).hasMessageContaining("no_application_protocol");
        }
        try (var client = TestClient.connect(address).secure()) {
            assertThat(client.tls().getApplicationProtocol()).isEmpty();
        }
        assertThat(List.of(server.accepted(), server.accepted(), server.accepted())).hasSize(3);
    }

    private static byte[] exported(ExtendedSSLSession session) {
        try {
            return session.exportKeyingMaterialData("EXPORTER-Channel-Binding", new byte[0], 32);
        } catch (SSLException e) {
            throw new AssertionError(e);
        }
    }

    private static String subjectSeen(InetSocketAddress address, Consumer<SSLParameters> settings)
            throws Exception {
        try (var client = TestClient.connect(address).secure(settings)) {
            server.accepted().await("secured");
            return client.tls().getSession().getPeerPrincipal().getName();
        }
    }
}
