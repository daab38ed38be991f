package im.martlet.websocket;

import im.martlet.http.Request;
import im.martlet.http.TextWebSocket;
import im.martlet.net.Transport;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * A WebSocket as the connection of a stream. TLS is there before the stream is, or there is no stream. What is to be
 * known of the request is noted when it comes: the request itself, with all that Jetty has for one, would be as large
 * as everything else of an idle client.
 */
final class WebSocketTransport implements Transport, TextWebSocket.Listener {
    private final TextWebSocket socket;
    private final InetSocketAddress remote;
    private final TlsSession tls;
    private final Optional<byte[]> exporter;
    private final Optional<byte[]> endPoint;
    private final Runnable whenClosed;
    private volatile Handler handler = new Nobody();
    private volatile int largest = 1;
    private volatile boolean deaf;
    private volatile Cause cause = Cause.RESET;
    private ByteArrayOutputStream partial = new ByteArrayOutputStream(0); // of a message; of the thread that hands out

    WebSocketTransport(TextWebSocket socket, Request request, Runnable whenClosed) {
        this.socket = socket;
        this.remote = request.remote();
        this.tls = request.tls()
                .orElseGet(() -> new TlsSession("proxy", "", Optional.of(request.host()), Optional.empty()));
        this.exporter = request.channelBinding(ChannelBinding.TLS_EXPORTER);
        this.endPoint = request.channelBinding(ChannelBinding.TLS_SERVER_END_POINT);
        this.whenClosed = whenClosed;
    }

    @Override public void handler(Handler handler) {
        this.handler = handler;
        handler.secured(tls);
    }

    // ---- what comes

    @Override public void received(ByteBuffer bytes, boolean last) {
        if (deaf) return;
        boolean begun = partial.size() > 0;
        if (last && !begun) handler.received(bytes);
        else {
            var piece = new byte[bytes.remaining()];
            bytes.get(piece);
            partial.writeBytes(piece);
            if (!last && partial.size() <= largest) return;
            var message = partial.toByteArray(); // whole, or too large already: whoever reads it says so
            partial = new ByteArrayOutputStream(0);
            handler.received(ByteBuffer.wrap(message));
            if (!last) deaf = true;
        }
    }

    @Override public void drained() { handler.drained(); }

    @Override public void closed(boolean byPeer) {
        whenClosed.run();
        handler.closed(byPeer && cause == Cause.RESET ? Cause.CLOSED_BY_PEER : cause);
    }

    // ---- what goes

    @Override public void reading(boolean wanted) { if (!deaf) socket.reading(wanted); }

    @Override public void largest(int bytes) { largest = bytes; }

    @Override public void write(byte[] message) { socket.send(message); }

    @Override public long queued() { return socket.queued(); }

    @Override public void close() {
        cause = Cause.CLOSED_HERE;
        deaf = true;
        socket.close(TextWebSocket.NORMAL);
    }

    // ---- what is known

    @Override public InetSocketAddress remote() { return remote; }

    @Override public Optional<byte[]> channelBinding(ChannelBinding type) {
        return switch (type) {
            case TLS_EXPORTER -> exporter;
            case TLS_SERVER_END_POINT -> endPoint;
        };
    }

    @Override public List<X509Certificate> peerCertificates() { return List.of(); }

    @Override public void startTls(byte[] last, String host) {
        throw new IllegalStateException("TLS is there already");
    } // RFC 7395 §3.9

    @Override public void connectTls(String ours, String theirs, String alpn) {
        throw new IllegalStateException("TLS is there already");
    }

    /** Until there is a stream. */
    private static final class Nobody implements Handler {
        @Override public void received(ByteBuffer bytes) {}

        @Override public void secured(TlsSession tls) {}

        @Override public void drained() {}

        @Override public void closed(Cause cause) {}
    }
}
