package im.martlet.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.net.Transport.Cause;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests many connections, many threads, slow peers and failing handlers. */
@Timeout(60)
class TransportLoadTest {
    private static final SSLContext JSSE = TestClient.trustingEveryone();
    private static TestServer server;

    @BeforeAll static void start() throws Exception { server = new TestServer(); }

    @AfterAll static void stop() { server.close(); }

    @Test void aThousandConnectionsUseTlsAndCloseAtOnce() throws Exception {
        var address = server.listen(new Acceptor.Mode.StartTls(), Echo::new);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var talks = new ArrayList<Future<String>>();
            for (int i = 0; i < 1000; i++) {
                boolean serverCloses = i % 2 == 0;
                talks.add(threads.submit(() -> talk(address, serverCloses)));
            }
            for (var talk : talks) assertThat(talk.get(40, TimeUnit.SECONDS)).isEqualTo("hello");
        }
        for (int i = 0; i < 1000; i++) {
            assertThat(server.accepted().awaitClosed()).isIn(Cause.CLOSED_HERE, Cause.CLOSED_BY_PEER);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "TLSv1.2", "TLSv1.3" }) void singleByteSegmentsAreUnderstood(String protocol)
            throws Exception {
        try (var client = TestClient.connect(server.direct(), new StutteringSocket())) {
            client.secure(JSSE, p -> p.setProtocols(new String[]{ protocol }));
            var peer = server.accepted();
            var text = "0123456789".repeat(100);
            client.write(text);
            peer.awaitText(text);
            for (var letter : text.split("")) peer.write(letter);
            assertThat(client.read(text.length())).isEqualTo(text);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = { false, true }) void manyThreadsMayWriteDuringTheHandshakeInOrder(
            boolean beforeTheHandshake) throws Exception {
        int writers = 8;
        int messages = 2000;
        try (var client = TestClient.connect(server.direct());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var peer = server.accepted();
            if (!beforeTheHandshake) client.secure();
            for (int i = 0; i < writers; i++) {
                int writer = i;
                threads.submit(() -> {
                    for (int n = 0; n < messages; n++) peer.write("%d:%06d;".formatted(writer, n));
                });
            }
            if (beforeTheHandshake) client.secure();
            var next = new HashMap<String, Integer>();
            for (var message : client.read(writers * messages * 9).split(";")) {
                var parts = message.split(":");
                assertThat(Integer.parseInt(parts[1])).isEqualTo(next.merge(parts[0], 1, Integer::sum) - 1);
            }
            assertThat(next).hasSize(writers).allSatisfy((writer, count) -> assertThat(count).isEqualTo(messages));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = { false, true }) void unreadOutputIsQueuedUntilThePeerReads(boolean tls)
            throws Exception {
        var slow = new Socket();
        slow.setReceiveBufferSize(8192);
        try (var client = TestClient.connect(tls ? server.direct() : server.plain(), slow)) {
            if (tls) client.secure();
            var peer = server.accepted();
            var chunk = "0123456789abcdef".repeat(1024);
            int chunks = 2048;
            for (int i = 0; i < chunks; i++) peer.write(chunk);
            assertThat(peer.transport.queued()).isGreaterThan(16 * 1024 * 1024);
            for (int i = 0; i < chunks; i++) assertThat(client.read(chunk.length()).equals(chunk)).isTrue();
            while (peer.transport.queued() > 0) peer.await("drained");
        }
    }

    @Test void closeDisconnectsAPeerThatNeverReads() throws Exception {
        try (var client = TestClient.connect(server.direct()).secure()) {
            var peer = server.accepted();
            peer.await("secured"); // before that, a close sends no farewell
            for (int i = 0; i < 32; i++) peer.transport.write(new byte[1024 * 1024]);
            peer.transport.close();
            assertThat(peer.awaitClosed()).isEqualTo(Cause.TOO_SLOW);
            assertThat(client.raw().isClosed()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = { false, true }) void pausingFromManyThreadsLosesNoBytes(boolean tls)
            throws Exception {
        try (var client = TestClient.connect(tls ? server.direct() : server.plain())) {
            if (tls) client.secure();
            var peer = server.accepted();
            var chunk = "0123456789abcdef".repeat(512);
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                var sent = threads.submit(() -> {
                    for (int i = 0; i < 200; i++) client.write(chunk);
                    return true;
                });
                for (int i = 0; i < 4; i++) threads.submit(() -> toggle(peer.transport, sent));
            }
            peer.transport.reading(true);
            client.write("end");
            peer.awaitText("end");
            assertThat(peer.text().equals(chunk.repeat(200) + "end")).isTrue();
        }
    }

    @Test void errorInAHandlerEndsOnlyThatConnection() throws Exception {
        var others = new ArrayList<TestClient>();
        var address = server.listen(new Acceptor.Mode.StartTls(), Echo::new);
        for (int i = 0; i < 8; i++) others.add(TestClient.connect(address));
        for (int i = 0; i < 8; i++) server.accepted();
        var fragile = server.listen(new Acceptor.Mode.StartTls(), Fragile::new);
        for (int i = 0; i < 8; i++) {
            try (var client = TestClient.connect(fragile)) {
                client.write("break");
                assertThat(server.accepted().awaitClosed()).isEqualTo(Cause.CLOSED_HERE);
            }
        }
        for (var client : others) {
            client.write("hello");
            assertThat(client.read(5)).isEqualTo("hello");
            client.close();
        }
    }

    private static boolean toggle(Transport transport, Future<?> until) {
        while (!until.isDone()) {
            transport.reading(false);
            Thread.yield();
            transport.reading(true);
        }
        return true;
    }

    private static String talk(InetSocketAddress address, boolean serverCloses) throws Exception {
        try (var client = TestClient.connect(address)) {
            client.write("<starttls/>");
            client.read(7);
            client.secure(JSSE, p -> {}).write("hello");
            var answer = client.read(5);
            if (serverCloses) {
                client.write("bye");
                client.readAll();
            }
            return answer;
        }
    }

    /** Begins TLS on request, echoes all input and closes on "bye", from another thread as a server does. */
    private static class Echo extends RecordingPeer {
        Echo(Transport transport) { super(transport); }

        @Override public void received(ByteBuffer bytes) {
            var text = UTF_8.decode(bytes).toString();
            Thread.startVirtualThread(() -> {
                switch (text) {
                    case "<starttls/>" -> transport.startTls("proceed".getBytes(UTF_8), "a.example");
                    case "bye" -> transport.close();
                    default -> write(text);
                }
            });
        }
    }

    private static final class Fragile extends RecordingPeer {
        Fragile(Transport transport) { super(transport); }

        @Override public void received(ByteBuffer bytes) { throw new OutOfMemoryError("not really"); }
    }

    /** Sends each byte in its own segment. */
    private static final class StutteringSocket extends Socket {
        @Override public OutputStream getOutputStream() throws IOException {
            return new FilterOutputStream(super.getOutputStream()) {
                @Override public void write(byte[] bytes, int start, int length) throws IOException {
                    for (int i = start; i < start + length; i++) out.write(bytes[i]);
                }
            };
        }
    }

    /** A selector that nobody wakes checks a connection only after a second. */
    @Test void resumedReadingDeliversAtOnce() throws Exception {
        var address = server.listen(new Acceptor.Mode.StartTls(), RecordingPeer::new);
        try (var client = TestClient.connect(address)) {
            var peer = server.accepted();
            long began = System.nanoTime();
            for (int i = 0; i < 30; i++) {
                peer.transport.reading(false);
                peer.write("y"); // so that the selector notices the connection
                assertThat(client.read(1)).isEqualTo("y");
                client.write("x");
                peer.transport.reading(true);
                while (peer.text().length() <= i) peer.await("received");
            }
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(8));
        }
    }
}
