package im.martlet.conformance.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.stream.OpenClientStreams;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** T-PREAUTH: 1,000 connections that get as far as possible without an account, and stay there. */
class StrangersTest {
    private static final int CROWD = 1000;
    private static final LocalServer SERVER =
            LocalServer.start(LocalServer.SETTINGS.replace("[limits]", "[limits]\ntime_to_login = '10s'\n"));
    private static final SSLContext TLS = tls();
    private static final byte[] HELLO = hello();

    @AfterAll static void stop() { SERVER.close(); }

    private static SSLContext tls() {
        try {
            return Client.trustingAnybody();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Returns the first message of a TLS handshake. */
    private static byte[] hello() {
        var engine = TLS.createSSLEngine("localhost", 5223);
        engine.setUseClientMode(true);
        var out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        try {
            engine.wrap(ByteBuffer.allocate(0), out);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        var bytes = new byte[out.flip().remaining()];
        out.get(bytes);
        return bytes;
    }

    /** The state that the connections reach. */
    private enum Phase {
        CONNECTED, SHAKING_HANDS, OPEN, AUTHENTICATING, REFUSED;

        Stranger reach() throws IOException {
            var stranger = new Stranger(switch (this) {
                case CONNECTED, OPEN -> new Socket("127.0.0.1", SERVER.port());
                case SHAKING_HANDS -> new Socket("127.0.0.1", SERVER.tlsPort());
                case AUTHENTICATING, REFUSED -> TLS.getSocketFactory().createSocket("127.0.0.1", SERVER.tlsPort());
            });
            switch (this) {
                case CONNECTED -> {}
                case SHAKING_HANDS -> stranger.shake(50);
                case OPEN -> stranger.open();
                case AUTHENTICATING -> stranger.open().say(
                        "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-256'>biwsbj1hLHI9YWJj</auth>",
                        "</challenge>");
                case REFUSED -> stranger.open().say(Client.plain("nobody", "x"), "</failure>");
            }
            return stranger;
        }

        /** Returns the bytes of heap that a connection may take, including its other end in this process. */
        long bound() {
            return this == AUTHENTICATING || this == REFUSED ? 150_000 : 30_000;
        }
    }

    private static final class Stranger {
        private final Socket socket;
        private int shaken;

        Stranger(Socket socket) { this.socket = socket; }

        Stranger open() throws IOException { return say(Client.header("localhost"), "</stream:features>"); }

        Stranger say(String xml, String answer) throws IOException {
            socket.getOutputStream().write(xml.getBytes(UTF_8));
            var received = new StringBuilder();
            while (received.indexOf(answer) < 0) {
                int b = socket.getInputStream().read();
                if (b < 0) throw new IOException("closed after " + received);
                received.append((char) b);
            }
            return this;
        }

        void shake(int bytes) throws IOException {
            socket.getOutputStream().write(HELLO, shaken, bytes);
            shaken += bytes;
        }

        /** Sends one more byte, which completes nothing. */
        void trickle() {
            try {
                if (shaken == 0) socket.getOutputStream().write(' ');
                else if (shaken < HELLO.length - 1) shake(1);
            } catch (IOException closed) { // the server may close at any time
            }
        }

        void close() {
            try {
                socket.close();
            } catch (IOException closed) { // it is closed already
            }
        }
    }

    private static long heap() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            least = Math.min(least, Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        }
        return least;
    }

    private static List<Stranger> crowd(Phase phase) throws Exception {
        var crowd = new ArrayList<Stranger>();
        try (var pool = Executors.newFixedThreadPool(16, Thread.ofVirtual().factory())) {
            for (var stranger : pool
                    .invokeAll(IntStream.range(0, CROWD).<Callable<Stranger>>mapToObj(_ -> phase::reach).toList()))
                crowd.add(stranger.get());
        }
        return crowd;
    }

    @ParameterizedTest
    @EnumSource(Phase.class) void strangersUseLittleMemoryDelayNoClientAndTimeOut(Phase phase)
            throws Exception {
        var connections = SERVER.server().injector().getInstance(OpenClientStreams.class);
        try (var client = SERVER.login(SERVER.account("romeo"), "x")) {
            phase.reach().close(); // loads the classes that this phase needs
            await().until(() -> connections.size() == 1);
            long before = heap();
            var crowd = crowd(phase);
            // on a slow machine the server has closed the first connections
            int there = Math.max(CROWD / 2, connections.size() - 1);
            assertThat((heap() - before) / there).as("bytes of heap for each of " + there).isLessThan(phase.bound());
            var trickling = crowd.subList(0, CROWD / 2); // the others are silent
            for (int round = 0; round < 10; round++) {
                trickling.forEach(Stranger::trickle);
                long asked = System.nanoTime();
                client.fence();
                assertThat(Duration.ofNanos(System.nanoTime() - asked)).as("a ping among them")
                        .isLessThan(Duration.ofSeconds(2));
            }
            long asked = System.nanoTime();
            SERVER.login(SERVER.account("juliet"), "y").close();
            assertThat(Duration.ofNanos(System.nanoTime() - asked)).as("a login among them")
                    .isLessThan(Duration.ofSeconds(5));
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                trickling.forEach(Stranger::trickle);
                return connections.size() == 1;
            });
            crowd.forEach(Stranger::close);
        }
    }
}
