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

/** Tests that the memory that a client uses on a WebSocket is limited. */
class HostileWebSocketTest {
    private static final Route SILENT =
            Route.get("/ws", Cors.NONE, _ -> new WebSocketUpgrade("xmpp", _ -> new NoListener()));
    private static final String UPGRADE =
            "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                    + "Sec-WebSocket-Protocol: xmpp\r\n\r\n";
    private static final long MORE_THAN_KERNELS_KEEP = 96 << 20;
    private static final int STUCK_MILLIS = 1500;

    private record NoListener() implements TextWebSocket.Listener {
        @Override public void received(ByteBuffer bytes, boolean last) {}

        @Override public void drained() {}

        @Override public void closed(boolean byPeer) {}
    }

    /** A thousand pings of the largest size (RFC 6455 §5.5), with a mask of zeros. */
    private static ByteBuffer pings() {
        var all = ByteBuffer.allocate(1000 * (6 + 125));
        for (int i = 0; i < 1000; i++) all.put((byte) 0x89).put((byte) (0x80 | 125)).putInt(0).put(new byte[125]);
        return all.flip();
    }

    @Test void serverStopsReadingFromAClientThatReadsNoPongs() throws Exception {
        try (var http = new TestHttpServer(SILENT);
                var channel = SocketChannel
                        .open(new InetSocketAddress("127.0.0.1", http.server.plain().getFirst().getPort()));
                var selector = Selector.open()) {
            channel.write(ByteBuffer.wrap(UPGRADE.getBytes(US_ASCII)));
            channel.read(ByteBuffer.allocate(4096));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_WRITE);
            assertThat(acceptedBytes(channel, selector)).isLessThan(MORE_THAN_KERNELS_KEEP);
        }
    }

    @Test void serverReadsManyPingsSlowly() throws Exception {
        try (var http = new TestHttpServer(SILENT); var socket = http.raw()) {
            socket.getOutputStream().write(UPGRADE.getBytes(US_ASCII));
            assertThat(socket.getInputStream().read(new byte[4096])).isPositive();
            long since = System.nanoTime();
            for (int i = 0; i < 150; i++)
                socket.getOutputStream().write(new byte[]{ (byte) 0x89, (byte) 0x80, 0, 0, 0, 0 }); // empty ping
            assertThat(socket.getInputStream().readNBytes(2 * 150)).hasSize(2 * 150);
            // the server reads 50 pings a second
            assertThat(Duration.ofNanos(System.nanoTime() - since)).isGreaterThan(Duration.ofMillis(1900));
        }
    }

    /** Returns the number of bytes that the server accepts before it stops reading. */
    private static long acceptedBytes(SocketChannel channel, Selector selector) throws IOException {
        long accepted = 0;
        var pings = pings();
        while (accepted < MORE_THAN_KERNELS_KEEP && selector.select(STUCK_MILLIS) > 0) {
            selector.selectedKeys().clear();
            accepted += channel.write(pings);
            if (!pings.hasRemaining()) pings.rewind();
        }
        return accepted;
    }
}
