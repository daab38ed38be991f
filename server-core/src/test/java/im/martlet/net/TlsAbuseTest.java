package im.martlet.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.martlet.net.Transport.Cause;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests peers that break TLS, end it early, misuse it or stall it. */
class TlsAbuseTest {
    private static final int RECORD_HEADER = 5;

    private static TestServer server;

    @BeforeAll static void start() throws Exception { server = new TestServer(); }

    @AfterAll static void stop() { server.close(); }

    @Test void garbageInsteadOfAClientHelloEndsTheConnection() throws Exception {
        try (var client = TestClient.connect(server.direct())) {
            client.write("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n");
            assertThat(server.accepted().awaitClosed()).isEqualTo(Cause.TLS_FAILED);
        }
    }

    @Test void handshakeInTinyRecordsEndsTheConnection() throws Exception {
        try (var client = TestClient.connect(server.direct())) {
            var hello = clientHello();
            var crumbs = new ByteArrayOutputStream();
            for (byte crumb : Arrays.copyOfRange(hello, RECORD_HEADER, hello.length)) {
                crumbs.writeBytes(new byte[]{ hello[0], hello[1], hello[2], 0, 1, crumb });
            }
            client.write(crumbs.toByteArray());
            assertThat(server.accepted().awaitClosed()).isEqualTo(Cause.TLS_FAILED);
        }
    }

    @Test void floodOfKeyUpdatesEndsTheConnection() throws Exception {
        try (var client = TestClient.connect(server.direct()).secure()) {
            for (int i = 0; i < 200; i++) client.tls().startHandshake();
            client.raw().shutdownOutput();
            assertThat(server.accepted().awaitClosed()).isEqualTo(Cause.TLS_FAILED);
        }
    }

    @Test void aFewKeyUpdatesAreAllowed() throws Exception {
        try (var client = TestClient.connect(server.direct()).secure()) {
            var peer = server.accepted();
            for (int i = 0; i < 5; i++) {
                client.tls().startHandshake();
                client.write("ping" + i);
                peer.awaitText("ping" + i);
                peer.write("pong" + i);
                assertThat(client.read(5)).isEqualTo("pong" + i);
            }
        }
    }

    @Test void renegotiationIsRefused() throws Exception {
        try (var client = TestClient.connect(server.direct()).secure(p -> p.setProtocols(new String[]{ "TLSv1.2" }))) {
            assertThatThrownBy(() -> {
                client.tls().startHandshake();
                client.read(1);
                client.read(1);
            }).isInstanceOf(IOException.class);
            assertThat(server.accepted().awaitClosed()).isEqualTo(Cause.TLS_FAILED);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "TLSv1.2", "TLSv1.3" }) void queuedOutputIsSentAfterThePeersCloseNotify(
            String protocol) throws Exception {
        try (var client = TestClient.connect(server.direct()).secure(p -> p.setProtocols(new String[]{ protocol }))) {
            var peer = server.accepted();
            peer.await("secured");
            peer.write("goodbye");
            assertThat(client.read(7)).isEqualTo("goodbye");
            client.tls().shutdownOutput();
            assertThat(client.readAll()).isEmpty();
            assertThat(peer.awaitClosed()).isEqualTo(Cause.CLOSED_BY_PEER);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "TLSv1.2", "TLSv1.3" }) void inputAfterCloseNotifyIsDropped(String protocol)
            throws Exception {
        var socket = new TrailingSocket();
        try (var client =
                TestClient.connect(server.direct(), socket).secure(p -> p.setProtocols(new String[]{ protocol }))) {
            var peer = server.accepted();
            client.write("before");
            peer.awaitText("before");
            socket.trailing = "<after/>";
            client.tls().shutdownOutput();
            assertThat(peer.awaitClosed()).isEqualTo(Cause.CLOSED_BY_PEER);
            assertThat(peer.text()).isEqualTo("before");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "TLSv1.2", "TLSv1.3" }) void endWithoutCloseNotifyIsATruncation(String protocol)
            throws Exception {
        try (var client = TestClient.connect(server.direct()).secure(p -> p.setProtocols(new String[]{ protocol }))) {
            var peer = server.accepted();
            client.write("half a stan");
            peer.awaitText("half a stan");
            client.raw().shutdownOutput();
            assertThat(peer.awaitClosed()).isEqualTo(Cause.RESET);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "TLSv1.2", "TLSv1.3" }) void outputBeforeCloseArrivesAndThenCloseNotify(
            String protocol) throws Exception {
        try (var client = TestClient.connect(server.direct()).secure(p -> p.setProtocols(new String[]{ protocol }))) {
            var peer = server.accepted();
            peer.await("secured"); // before that, a close sends no farewell
            client.write("unread ".repeat(10_000));
            var last = "last words ".repeat(10_000);
            peer.write(last);
            peer.transport.close();
            peer.write("too late");
            assertThat(client.readAll().equals(last)).isTrue();
            client.tls().shutdownOutput();
            assertThat(peer.awaitClosed()).isEqualTo(Cause.CLOSED_HERE);
        }
    }

    @Test void closeEndsAConnectionInAStalledHandshake() throws Exception {
        var hello = clientHello();
        byte[][] beginnings = { {}, Arrays.copyOf(hello, 3), Arrays.copyOf(hello, hello.length - 1), hello };
        for (var beginning : beginnings) {
            try (var client = TestClient.connect(server.direct())) {
                var peer = server.accepted();
                client.write(beginning);
                if (beginning == hello) assertThat(client.raw().getInputStream().read()).isEqualTo(22);
                peer.transport.close();
                client.readAll();
                client.raw().shutdownOutput();
                assertThat(peer.awaitClosed()).isEqualTo(Cause.CLOSED_HERE);
            }
        }
    }

    @Test void queuedOutputIsNotSentBeforeTlsIsReady() throws Exception {
        try (var client = TestClient.connect(server.direct())) {
            var peer = server.accepted();
            peer.write("never sent");
            peer.transport.close();
            assertThat(client.readAll()).doesNotContain("never sent");
            assertThat(peer.awaitClosed()).isEqualTo(Cause.CLOSED_HERE);
        }
    }

    @Test void plaintextInTheSegmentOfStartTlsIsDropped() throws Exception {
        var address = server.listen(new Acceptor.Mode.StartTls(), transport -> new RecordingPeer(transport) {
            @Override public void received(ByteBuffer bytes) {
                super.received(bytes);
                if (text().startsWith("<starttls/>") && !text().contains("mine")) {
                    transport.startTls("proceed".getBytes(UTF_8), "a.example");
                }
            }
        });
        try (var client = TestClient.connect(address)) {
            var peer = server.accepted();
            client.write("<starttls/><injected/>");
            assertThat(client.read(7)).isEqualTo("proceed");
            var inTheClear = peer.text();
            client.secure().write("mine");
            peer.awaitText("mine");
            assertThat(peer.text()).isEqualTo(inTheClear + "mine");
        }
    }

    @Test void plaintextInTheKernelAtTheStartOfTlsIsDropped() throws Exception {
        var address = server.listen(new Acceptor.Mode.StartTls(), transport -> new RecordingPeer(transport) {
            @Override public void received(ByteBuffer bytes) {
                if (text().isEmpty()) transport.reading(false);
                super.received(bytes);
            }
        });
        try (var client = TestClient.connect(address)) {
            var peer = server.accepted();
            client.write("<starttls/>");
            peer.awaitText("<starttls/>");
            client.write("<injected/>".repeat(1000));
            peer.transport.startTls("proceed".getBytes(UTF_8), "a.example");
            peer.transport.reading(true);
            assertThat(peer.awaitClosed()).isEqualTo(Cause.TLS_FAILED);
            assertThat(peer.text()).isEqualTo("<starttls/>");
        }
    }

    private static byte[] clientHello() throws IOException {
        SSLEngine engine = TestClient.trustingEveryone().createSSLEngine("a.example", 5223);
        engine.setUseClientMode(true);
        engine.beginHandshake();
        var record = ByteBuffer.allocate(18 * 1024);
        engine.wrap(ByteBuffer.allocate(0), record);
        return Arrays.copyOf(record.array(), record.position());
    }

    /** Sends plaintext directly behind the next bytes. */
    private static final class TrailingSocket extends Socket {
        private volatile String trailing = "";

        @Override public OutputStream getOutputStream() throws IOException {
            return new FilterOutputStream(super.getOutputStream()) {
                @Override public void write(byte[] bytes, int start, int length) throws IOException {
                    var all = new ByteArrayOutputStream();
                    all.write(bytes, start, length);
                    all.writeBytes(trailing.getBytes(UTF_8));
                    all.writeTo(out);
                }
            };
        }
    }
}
