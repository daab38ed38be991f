package im.martlet.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** T-PREAUTH, for WebSockets: what a client makes the server keep is bounded. */
class HostileWebSocketTest {
    private static final Route DEAF = Route.get("/ws", Cors.NONE, _ -> new WebSocketUpgrade("xmpp", _ -> new Nobody()));
    private static final String UPGRADE =
            "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: xmpp\r\n\r\n";
    private static final long MORE_THAN_KERNELS_KEEP = 96 << 20;
    private static final int STUCK_MILLIS = 1500;

    private record Nobody() implements TextWebSocket.Listener {
        @Override public void received(ByteBuffer bytes, boolean last) {}

        @Override public void drained() {}

        @Override public void closed(boolean byPeer) {}
    }

    /** As large as a ping may be (RFC 6455 §5.5), a thousand of them; masked with nothing. */
    private static ByteBuffer pings() {
        var all = ByteBuffer.allocate(1000 * (6 + 125));
        for (int i = 0; i < 1000; i++) all.put((byte) 0x89).put((byte) (0x80 | 125)).putInt(0).put(new byte[125]);
        return all.flip();
    }

    @Test void whoPingsAndReadsNoAnswersIsNotReadEither() throws Exception {
        try (var http = new TestHttpServer(DEAF);
                var channel = SocketChannel
                        .open(new InetSocketAddress("127.0.0.1", http.server.plain().getFirst().getPort()));
                var selector = Selector.open()) {
            channel.write(ByteBuffer.wrap(UPGRADE.getBytes(US_ASCII)));
            channel.read(ByteBuffer.allocate(4096));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_WRITE);
            assertThat(taken(channel, selector)).isLessThan(MORE_THAN_KERNELS_KEEP);
        }
    }

    @Test void whoSendsLittleButPingsIsReadSlowly() throws Exception {
        try (var http = new TestHttpServer(DEAF); var socket = http.raw()) {
            socket.getOutputStream().write(UPGRADE.getBytes(US_ASCII));
            assertThat(socket.getInputStream().read(new byte[4096])).isPositive();
            long since = System.nanoTime();
            for (int i = 0; i < 150; i++)
                socket.getOutputStream().write(new byte[]{ (byte) 0x89, (byte) 0x80, 0, 0, 0, 0 }); // of nothing
            assertThat(socket.getInputStream().readNBytes(2 * 150)).hasSize(2 * 150);
            assertThat(Duration.ofNanos(System.nanoTime() - since)).isGreaterThan(Duration.ofMillis(1900)); // fifty a second
        }
    }

    /** Bytes that go until nothing goes any more. */
    private static long taken(SocketChannel channel, Selector selector) throws IOException {
        long taken = 0;
        var pings = pings();
        while (taken < MORE_THAN_KERNELS_KEEP && selector.select(STUCK_MILLIS) > 0) {
            selector.selectedKeys().clear();
            taken += channel.write(pings);
            if (!pings.hasRemaining()) pings.rewind();
        }
        return taken;
    }
}
