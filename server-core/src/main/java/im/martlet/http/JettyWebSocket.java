package im.martlet.http;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.eclipse.jetty.websocket.core.OpCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A WebSocket of Jetty. Jetty delivers one frame at a time. This class demands the next one when reading is allowed and
 * the last frame is handled.
 */
final class JettyWebSocket implements TextWebSocket, FrameHandler {
    private static final Logger LOG = LoggerFactory.getLogger(JettyWebSocket.class);
    private static final long MAX_PIECE = 16 * 1024; // bytes; Jetty delivers larger frames in pieces
    private static final int MAX_FRAMES_WITHOUT_TEXT = 50; // in a second
    private static final long SECOND = 1_000_000_000;

    private @Nullable WebSocketUpgrade upgrade; // null once open, because it holds the request, which is large
    private final OpenWebSockets all;
    private final EndPoint connection;
    private final AtomicLong queued = new AtomicLong();
    private @Nullable CoreSession session;
    private @Nullable Listener listener;
    private boolean readingAllowed = true; // guarded by this
    private boolean ready; // for the next frame; guarded by this
    private volatile boolean byPeer;
    private int framesWithoutText; // since secondBegan; used by the thread that delivers
    private long secondBegan = System.nanoTime(); // used by the thread that delivers

    JettyWebSocket(WebSocketUpgrade upgrade, OpenWebSockets all, EndPoint connection) {
        this.upgrade = upgrade;
        this.all = all;
        this.connection = connection;
    }

    private CoreSession session() { return Objects.requireNonNull(session); }

    // ---- input

    @Override public void onOpen(CoreSession opened, Callback done) {
        session = opened;
        opened.setIdleTimeout(Duration.ZERO); // the stream on the socket has its own time limits
        opened.setAutoFragment(true);
        opened.setMaxFrameSize(MAX_PIECE);
        opened.setMaxTextMessageSize(-1); // the listener limits the size
        all.limits().begin(connection);
        all.opened(this);
        listener = Objects.requireNonNull(upgrade).opened().apply(this);
        upgrade = null;
        done.succeeded();
        next();
    }

    @Override public void onFrame(Frame frame, Callback done) {
        boolean text = frame.isDataFrame() && frame.hasPayload();
        switch (frame.getOpCode()) {
            case OpCode.TEXT, OpCode.CONTINUATION -> deliver(frame);
            case OpCode.BINARY -> close(UNACCEPTABLE);
            case OpCode.PING -> pong(frame);
            case OpCode.CLOSE -> byPeer = true;
            default -> {}
        }
        done.succeeded();
        if (frame.getOpCode() != OpCode.CLOSE && frame.getOpCode() != OpCode.PING) readNext(text);
    }

    /** Replies to a ping. Reads on after the reply is sent, or replies to a client that reads none would pile up. */
    private void pong(Frame ping) {
        session().sendFrame(new Frame(OpCode.PONG, true, ping.getPayload() == null ? null : copy(ping.getPayload())),
                Callback.from(() -> readNext(false), _ -> {}), false);
    }

    /** Reads on; slowly if the client sends too many frames without text, because no rate limit counts their bytes. */
    private void readNext(boolean text) {
        long now = System.nanoTime();
        if (now - secondBegan > SECOND) {
            secondBegan = now;
            framesWithoutText = 0;
        }
        if (text || ++framesWithoutText <= MAX_FRAMES_WITHOUT_TEXT) next();
        else {
            LOG.debug("reading-paused reason=\"the client sends too many frames without text\" remote={}",
                    connection.getRemoteSocketAddress());
            all.inASecond(this::next);
        }
    }

    private void deliver(Frame frame) {
        if (session().isOutputOpen()) Objects.requireNonNull(listener)
                .received(frame.getPayload() == null ? ByteBuffer.allocate(0) : frame.getPayload(), frame.isFin());
    }

    private static ByteBuffer copy(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining()).put(bytes.slice()).flip();
    }

    @Override public void onError(Throwable cause, Callback done) { done.succeeded(); }

    @Override public void onClosed(CloseStatus status, Callback done) {
        all.closed(this);
        all.limits().end(connection);
        if (listener != null) listener.closed(byPeer);
        done.succeeded();
    }

    private void next() {
        synchronized (this) {
            ready = true;
            if (!readingAllowed) return;
            ready = false;
        }
        session().demand();
    }

    @Override public void reading(boolean allowed) {
        synchronized (this) {
            readingAllowed = allowed;
            if (!allowed || !ready) return;
            ready = false;
        }
        session().demand();
    }

    // ---- output

    @Override public void send(byte[] text) {
        queued.addAndGet(text.length);
        session().sendFrame(new Frame(OpCode.TEXT, true, ByteBuffer.wrap(text)),
                Callback.from(() -> sent(text.length), _ -> sent(text.length)), false);
    }

    private void sent(int bytes) {
        if (queued.addAndGet(-bytes) == 0 && listener != null) listener.drained();
    }

    @Override public long queued() { return queued.get(); }

    @Override public void close(int code) {
        reading(true); // or the peer's close frame would stay unread
        session().close(code, null, Callback.NOOP);
        all.afterPatience(session()::abort);
    }
}
