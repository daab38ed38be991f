package im.martlet.net;

import static im.martlet.net.Transport.ChannelBinding.TLS_SERVER_END_POINT;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests clients that resume their TLS session with a ticket of the server (RFC 8446 §2.2). */
class TlsResumptionTest {
    private static final int PRE_SHARED_KEY = 41;

    private TestServer server;
    private InetSocketAddress address;
    private final SSLContext phone = TestClient.trustingEveryone();

    @BeforeEach void start() throws Exception {
        server = new TestServer();
        address = server.direct();
    }

    @AfterEach void stop() { server.close(); }

    /** Otherwise an observer of the network could recognise a client (RFC 8446 §C.4). */
    @Test void eachConnectionGetsANewTicket() throws Exception {
        assertThat(connect().shown()).isEmpty();
        var second = connect();
        var third = connect();
        assertThat(second.resumed()).isTrue();
        assertThat(third.resumed()).isTrue();
        assertThat(third.shown()).isPresent().isNotEqualTo(second.shown());
    }

    /** Otherwise channel binding would fail for all resumed sessions after a renewal of the certificate. */
    @Test void bothEndsAgreeOnTheCertificateAfterItsRenewal() throws Exception {
        connect();
        server.certificates.use(Map.of("a.example", TestServer.selfSigned("a.example")));
        var wire = new Wire();
        try (var client = TestClient.connect(address, wire).secure(phone, _ -> {})) {
            var peer = server.accepted();
            peer.await("secured");
            var hash = MessageDigest.getInstance("SHA-256")
                    .digest(client.tls().getSession().getPeerCertificates()[0].getEncoded());
            assertThat(peer.transport.channelBinding(TLS_SERVER_END_POINT))
                    .hasValueSatisfying(data -> assertThat(data).isEqualTo(hash));
        }
    }

    /** A foreign ticket is ignored, and the handshake is a full one (RFC 8446 §4.2.11). */
    @Test void foreignTicketLeadsToAFullHandshake() throws Exception {
        connect();
        try (var other = new TestServer()) {
            int port = address.getPort();
            server.close();
            other.acceptor.listen(address, new Acceptor.Mode.DirectTls("xmpp-client", () -> "a.example"),
                    RecordingPeer::new);
            var wire = new Wire();
            try (var client = TestClient.connect(new InetSocketAddress(address.getAddress(), port), wire).secure(phone,
                    _ -> {})) {
                assertThat(client.tls().getSession().isValid()).isTrue();
            }
            assertThat(wire.shown()).isPresent();
            assertThat(wire.resumed()).isFalse();
        }
    }

    /** An attacker could replay data that is sent before the end of the handshake (RFC 8446 §8). */
    @Test void serverAcceptsNoEarlyData(@TempDir Path folder) throws Exception {
        Path session = folder.resolve("session.pem");
        var client = openssl("s_client", "-connect", "127.0.0.1:" + address.getPort(), "-tls1_3", "-quiet", "-sess_out",
                session.toString());
        var peer = server.accepted();
        peer.await("secured");
        peer.write("the ticket is in front of this");
        client.getInputStream().readNBytes(30);
        peer.transport.close();
        assertThat(client.waitFor(20, TimeUnit.SECONDS)).isTrue();
        var seen = openssl("sess_id", "-in", session.toString(), "-noout", "-text");
        assertThat(new String(seen.getInputStream().readAllBytes())).contains("TLS session ticket:")
                .contains("Max Early Data: 0");
        assertThat(Files.size(session)).isPositive();
    }

    private static Process openssl(String... arguments) throws IOException {
        var command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    }

    /** Opens one connection of the phone. */
    private Wire connect() throws Exception {
        var wire = new Wire();
        try (var client = TestClient.connect(address, wire).secure(phone, _ -> {})) {
            var peer = server.accepted();
            peer.await("secured");
            peer.write("the ticket is in front of this");
            client.read(30);
        }
        return wire;
    }

    /** Keeps the first record of each direction, which is not encrypted: ClientHello and ServerHello. */
    private static final class Wire extends Socket {
        private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
        private final ByteArrayOutputStream received = new ByteArrayOutputStream();

        /** Returns the ticket of an earlier session that the client sent. */
        Optional<String> shown() {
            return extension(sent, true).map(psk -> {
                var identity = new byte[psk.position(2).getShort()]; // behind the length of the list
                psk.get(identity);
                return HexFormat.of().formatHex(identity);
            });
        }

        /** Returns whether the server accepted the ticket. */
        boolean resumed() {
            return extension(received, false).isPresent();
        }

        /** Returns the extension for earlier sessions (RFC 8446 §4.1.2, §4.1.3). */
        private static Optional<ByteBuffer> extension(ByteArrayOutputStream record, boolean client) {
            // behind the headers of record and handshake, the version and the random bytes
            var hello = ByteBuffer.wrap(record.toByteArray()).position(5 + 4 + 2 + 32);
            skip(hello, hello.get() & 0xff); // session id
            skip(hello, client ? hello.getShort() : 2); // cipher suites
            skip(hello, client ? hello.get() : 1); // compression
            for (int end = hello.getShort() + hello.position(); hello.position() < end;) {
                int type = hello.getShort();
                int length = hello.getShort() & 0xffff;
                if (type == PRE_SHARED_KEY) return Optional.of(hello.slice(hello.position(), length));
                skip(hello, length);
            }
            return Optional.empty();
        }

        private static void skip(ByteBuffer hello, int bytes) { hello.position(hello.position() + bytes); }

        @Override public OutputStream getOutputStream() throws IOException {
            return new FilterOutputStream(super.getOutputStream()) {
                @Override public void write(byte[] bytes, int start, int length) throws IOException {
                    sent.write(bytes, start, length);
                    out.write(bytes, start, length);
                }
            };
        }

        @Override public InputStream getInputStream() throws IOException {
            return new FilterInputStream(super.getInputStream()) {
                @Override public int read(byte[] bytes, int start, int length) throws IOException {
                    int read = super.read(bytes, start, length);
                    if (read > 0) received.write(bytes, start, read);
                    return read;
                }
            };
        }
    }
}
