package im.martlet.conformance.clients;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.peers.Socks5Client;
import im.martlet.conformance.upload.UploadTest;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests the limits of the SOCKS5 proxy (XEP-0065): connections, streams, buffers, times and rates (T-RELAY). */
class BytestreamLimitsTest {
    private static LocalServer server;
    private static LocalServer strict; // with short times and a low rate

    private Client requester;

    @BeforeAll static void start() {
        server = LocalServer.start(with("waiting = 12\nper_account = 2\nrate = 0\n"));
        strict = LocalServer.start(with("handshake = '1s'\npatience = '1s'\nidle = '1s'\nrate = '500 KB'\n"));
    }

    private static String with(String settings) {
        return LocalServer.SETTINGS.replace("[proxy]\n", "[proxy]\n" + settings);
    }

    @AfterAll static void stop() {
        server.close();
        strict.close();
    }

    @BeforeEach void login() throws Exception { requester = server.login(server.account("requester"), "foo"); }

    /** Waits until the proxy has closed all connections of the test. */
    @AfterEach void awaitNoConnections() throws Exception {
        requester.close();
        await().until(() -> server.metrics().contains("martlet_bytestreams_connections{state=\"waiting\"} 0.0")
                && server.metrics().contains("martlet_bytestreams_connections{state=\"carrying\"} 0.0"));
    }

    private static byte[] text(String text) { return text.getBytes(UTF_8); }

    @Test void dataBeforeActivationIsLimited() throws Exception {
        try (var eager =
                Socks5Client.open(server, Socks5Client.hash(Socks5Client.sid(), requester.jid()))) {
            assertThatThrownBy(() -> { for (int i = 0; i < 10_000; i++) eager.write(new byte[64 * 1024]); })
                    .isInstanceOf(IOException.class);
        }
    }

    @Test void slowReceiverSlowsTheSender() throws Exception {
        var sid = Socks5Client.sid();
        var hash = Socks5Client.hash(sid, requester.jid());
        var file = UploadTest.bytes(64 << 20, 2);
        try (var target = Socks5Client.open(server, hash); var here = Socks5Client.open(server, hash)) {
            Socks5Client.activate(requester, sid);
            var written = new AtomicLong();
            var writer = CompletableFuture.runAsync(() -> {
                try {
                    for (int at = 0; at < file.length; at += 1 << 16) {
                        here.socket().getOutputStream().write(file, at, 1 << 16);
                        written.addAndGet(1 << 16);
                    }
                    here.socket().shutdownOutput();
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            var before = new AtomicLong(-1);
            await().during(Duration.ofMillis(300)).atMost(Duration.ofSeconds(20))
                    .until(() -> written.get() > 0 && before.getAndSet(written.get()) == written.get());
            assertThat(written.get()).as("bytes in the buffers of the system").isLessThan(32 << 20);
            assertThat(Arrays.equals(target.socket().getInputStream().readAllBytes(), file)).isTrue();
            writer.join();
        }
    }

    @Test void streamsPerAccountAreLimited() throws Exception {
        var ends = new ArrayList<Socks5Client>();
        try {
            for (String expected : new String[]{ "result", "result", "resource-constraint" }) {
                var sid = Socks5Client.sid();
                ends.add(Socks5Client.open(server, Socks5Client.hash(sid, requester.jid())));
                ends.add(Socks5Client.open(server, Socks5Client.hash(sid, requester.jid())));
                assertThat(Socks5Client.activate(requester, sid)).isEqualTo(expected);
            }
            ends.getFirst().close();
            assertThat(ends.get(1).isClosed()).isTrue();
            ends.get(1).close();
            var sid = Socks5Client.sid();
            ends.add(Socks5Client.open(server, Socks5Client.hash(sid, requester.jid())));
            ends.add(Socks5Client.open(server, Socks5Client.hash(sid, requester.jid())));
            await().until(() -> Socks5Client.activate(requester, sid).equals("result"));
        } finally {
            for (var end : ends) end.close();
        }
    }

    @Test void waitingConnectionsAreLimitedAndDoNotBlockStreams() throws Exception {
        var sid = Socks5Client.sid();
        var connections = new ArrayList<Socket>();
        try (var target = Socks5Client.open(server, Socks5Client.hash(sid, requester.jid()));
                var here = Socks5Client.open(server, Socks5Client.hash(sid, requester.jid()))) {
            assertThat(Socks5Client.activate(requester, sid)).isEqualTo("result");
            for (int i = 0; i < 12; i++) connections.add(new Socket("127.0.0.1", Socks5Client.port(server)));
            await().until(() -> server.metrics().contains("martlet_bytestreams_connections{state=\"waiting\"} 12.0"));
            try (var oneMore = new Socket("127.0.0.1", Socks5Client.port(server))) {
                assertThat(oneMore.getInputStream().read()).isEqualTo(-1);
            }
            here.write(text("still"));
            assertThat(target.read(5)).isEqualTo(text("still"));
        } finally {
            for (var connection : connections) connection.close();
        }
    }

    @Test void slowAndIdleConnectionsAreClosed() throws Exception {
        try (var slow = new Socket("127.0.0.1", Socks5Client.port(strict));
                var waiting =
                        Socks5Client.open(strict, Socks5Client.hash(Socks5Client.sid(), requester.jid()));
                var patient = strict.login(strict.account("patient"), "x")) {
            var sid = Socks5Client.sid();
            slow.setSoTimeout(20_000);
            slow.getOutputStream().write(5);
            try (var target = Socks5Client.open(strict, Socks5Client.hash(sid, patient.jid()));
                    var here = Socks5Client.open(strict, Socks5Client.hash(sid, patient.jid()))) {
                assertThat(Socks5Client.activate(patient, sid)).isEqualTo("result");
                here.write(text("x"));
                assertThat(target.read(1)).isEqualTo(text("x"));
                assertThat(slow.getInputStream().read()).as("an incomplete handshake").isEqualTo(-1);
                assertThat(waiting.isClosed()).as("a stream that is never activated").isTrue();
                assertThat(target.isClosed()).as("an idle stream").isTrue();
                assertThat(here.isClosed()).isTrue();
            }
        }
    }

    @Test void allStreamsOfAnAccountShareItsRate() throws Exception {
        try (var hasty = strict.login(strict.account("hasty"), "x")) {
            long began = System.nanoTime();
            var ends = new ArrayList<Socks5Client>();
            for (int i = 0; i < 2; i++) {
                var sid = Socks5Client.sid();
                ends.add(Socks5Client.open(strict, Socks5Client.hash(sid, hasty.jid())));
                ends.add(Socks5Client.open(strict, Socks5Client.hash(sid, hasty.jid())));
                assertThat(Socks5Client.activate(hasty, sid)).isEqualTo("result");
            }
            var writers = CompletableFuture.allOf(ends.stream().filter(end -> ends.indexOf(end) % 2 == 1)
                    .map(end -> CompletableFuture.runAsync(() -> {
                        try {
                            end.write(new byte[500_000]);
                            end.socket().shutdownOutput();
                        } catch (IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        }
                    })).toArray(CompletableFuture[]::new));
            for (int i = 0; i < 2; i++) assertThat(ends.get(2 * i).read(500_000)).hasSize(500_000);
            writers.join();
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .as("500,000 bytes at once, then 500,000 bytes a second").isGreaterThan(Duration.ofMillis(900));
            for (var end : ends) end.close();
        }
    }
}
