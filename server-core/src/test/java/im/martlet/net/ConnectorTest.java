package im.martlet.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Tests outgoing connections. */
class ConnectorTest {
    /** Output during the handshake must not make the two sides wait for each other. */
    @Test void outputDuringTheHandshakeCausesNoDeadlock() throws Exception {
        try (var server = new TestServer(); var connector = new Connector(new TlsSettings(server.certificates))) {
            var address =
                    server.listen(new Acceptor.Mode.DirectTls("xmpp-server", () -> "a.example", Acceptor.Peers.SERVERS),
                            RecordingPeer::new);
            for (int i = 0; i < 400; i++) {
                var ours = new RecordingPeer(connector.connect(address).get(10, TimeUnit.SECONDS));
                var theirs = server.accepted();
                ours.transport.connectTls("b.example", "a.example", "xmpp-server");
                for (int j = 0; j < 5; j++) ours.write("x");
                ours.await("secured");
                theirs.awaitText("xxxxx");
                assertThat(ours.transport.peerCertificates().getFirst())
                        .isEqualTo(server.certificates.of("a.example").orElseThrow().certificate());
                assertThat(theirs.transport.peerCertificates().getFirst())
                        .isEqualTo(server.certificates.of("b.example").orElseThrow().certificate());
                ours.transport.close();
            }
        }
    }

    @Test void connectFailsIfNoServerListens() throws Exception {
        int port;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        try (var server = new TestServer(); var connector = new Connector(new TlsSettings(server.certificates))) {
            assertThatThrownBy(() -> connector.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                    .get(10, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class);
        }
    }
}
