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
 * A WebSocket as the transport of a stream. TLS always exists before the stream. The constructor copies the needed
 * facts from the request and does not keep the request, because Jetty's request would be as large as all other data of
 * an idle client.
 */
final class WebSocketTransport implements Transport, TextWebSocket.Listener {
    private final TextWebSocket socket;
    private final InetSocketAddress remote;
    private final TlsSession tls;
    private final Optional<byte[]> exporter;
    private final Optional<byte[]> endPoint;
    private final Runnable whenClosed;
    private volatile Handler handler = new NoHandler();
    private volatile int maxMessage = 1; // bytes
    private volatile boolean ignoresInput;
    private volatile Cause cause = Cause.RESET;
    /** The beginning of a message. Used by the thread that delivers it. */
    private ByteArrayOutputStream partial = new ByteArrayOutputStream(0);

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

    // ---- input

    @Override public void received(ByteBuffer bytes, boolean last) {
        if (ignoresInput) return;
        boolean begun = partial.size() > 0;
        if (last && !begun) handler.received(bytes);
        else {
            var piece = new byte[bytes.remaining()];
            bytes.get(piece);
            partial.writeBytes(piece);
            if (!last && partial.size() <= maxMessage) return;
            var message = partial.toByteArray(); // whole, or too large, which the parser reports
            partial = new ByteArrayOutputStream(0);
            handler.received(ByteBuffer.wrap(message));
            if (!last) ignoresInput = true;
        }
    }

    @Override public void drained() { handler.drained(); }

    @Override public void closed(boolean byPeer) {
        whenClosed.run();
        handler.closed(byPeer && cause == Cause.RESET ? Cause.CLOSED_BY_PEER : cause);
    }

    // ---- output

    @Override public void reading(boolean allowed) { if (!ignoresInput) socket.reading(allowed); }

    @Override public void maxMessage(int bytes) { maxMessage = bytes; }

    @Override public void write(byte[] message) { socket.send(message); }

    @Override public long queued() { return socket.queued(); }

    @Override public void close() {
        cause = Cause.CLOSED_HERE;
        ignoresInput = true;
        socket.close(TextWebSocket.NORMAL);
    }

    // ---- properties

    @Override public InetSocketAddress remote() { return remote; }

    @Override public Optional<byte[]> channelBinding(ChannelBinding type) {
        return switch (type) {
            case TLS_EXPORTER -> exporter;
            case TLS_SERVER_END_POINT -> endPoint;
        };
    }

    @Override public List<X509Certificate> peerCertificates() { return List.of(); }

    @Override public void startTls(byte[] last, String host) {
        throw new IllegalStateException("a WebSocket has TLS from the start"); // RFC 7395 §3.9
    }

    @Override public void connectTls(String local, String remote, String alpn) {
        throw new IllegalStateException("a WebSocket has TLS from the start");
    }

    /** Ignores all events until there is a stream. */
    private static final class NoHandler implements Handler {
        @Override public void received(ByteBuffer bytes) {}

        @Override public void secured(TlsSession tls) {}

        @Override public void drained() {}

        @Override public void closed(Cause cause) {}
    }
}
