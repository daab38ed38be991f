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

/**
 * A WebSocket of Jetty's. Frames come one at a time: the next is asked for when there is credit and the last was
 * handled.
 */
final class JettyWebSocket implements TextWebSocket, FrameHandler {
    private static final long LARGEST_PIECE = 16 * 1024; // larger frames are handed out in pieces
    private static final int CRUMBS = 50; // frames of no text that are read within a second
    private static final long SECOND = 1_000_000_000;

    private @Nullable WebSocketUpgrade upgrade; // until it is open: whoever made it knows the request, which is large
    private final OpenWebSockets all;
    private final EndPoint connection;
    private final AtomicLong queued = new AtomicLong();
    private @Nullable CoreSession session;
    private @Nullable Listener listener;
    private boolean wanted = true; // guarded by this, as is the next
    private boolean ready; // for the next frame
    private volatile boolean byPeer;
    private int crumbs; // since a moment; of the thread that hands out, as is the next
    private long since = System.nanoTime();

    JettyWebSocket(WebSocketUpgrade upgrade, OpenWebSockets all, EndPoint connection) {
        this.upgrade = upgrade;
        this.all = all;
        this.connection = connection;
    }

    private CoreSession session() { return Objects.requireNonNull(session); }

    // ---- what comes

    @Override public void onOpen(CoreSession opened, Callback done) {
        session = opened;
        opened.setIdleTimeout(Duration.ZERO); // what is spoken on it has a clock of its own
        opened.setAutoFragment(true);
        opened.setMaxFrameSize(LARGEST_PIECE);
        opened.setMaxTextMessageSize(-1); // whoever listens counts
        all.doorkeeper().begin(connection);
        all.opened(this);
        listener = Objects.requireNonNull(upgrade).opened().apply(this);
        upgrade = null;
        done.succeeded();
        next();
    }

    @Override public void onFrame(Frame frame, Callback done) {
        boolean text = frame.isDataFrame() && frame.hasPayload();
        switch (frame.getOpCode()) {
            case OpCode.TEXT, OpCode.CONTINUATION -> heard(frame);
            case OpCode.BINARY -> close(UNACCEPTABLE);
            case OpCode.PING -> answer(frame);
            case OpCode.CLOSE -> byPeer = true;
            default -> {}
        }
        done.succeeded();
        if (frame.getOpCode() != OpCode.CLOSE && frame.getOpCode() != OpCode.PING) goOn(text);
    }

    /** The next frame has to wait until the answer has gone: of who reads none, they would pile up. */
    private void answer(Frame ping) {
        session().sendFrame(new Frame(OpCode.PONG, true, ping.getPayload() == null ? null : copy(ping.getPayload())),
                Callback.from(() -> goOn(false), _ -> {}), false);
    }

    /** Nobody counts the bytes of what carries no text: a client that sends little else is read slowly. */
    private void goOn(boolean text) {
        long now = System.nanoTime();
        if (now - since > SECOND) {
            since = now;
            crumbs = 0;
        }
        if (!text && ++crumbs > CRUMBS) all.inASecond(this::next);
        else next();
    }

    private void heard(Frame frame) {
        if (session().isOutputOpen()) Objects.requireNonNull(listener)
                .received(frame.getPayload() == null ? ByteBuffer.allocate(0) : frame.getPayload(), frame.isFin());
    }

    private static ByteBuffer copy(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining()).put(bytes.slice()).flip();
    }

    @Override public void onError(Throwable cause, Callback done) { done.succeeded(); }

    @Override public void onClosed(CloseStatus status, Callback done) {
        all.closed(this);
        all.doorkeeper().end(connection);
        if (listener != null) listener.closed(byPeer);
        done.succeeded();
    }

    private void next() {
        synchronized (this) {
            ready = true;
            if (!wanted) return;
            ready = false;
        }
        session().demand();
    }

    @Override public void reading(boolean wanted) {
        synchronized (this) {
            this.wanted = wanted;
            if (!wanted || !ready) return;
            ready = false;
        }
        session().demand();
    }

    // ---- what goes

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
        reading(true); // or the answer is never heard
        session().close(code, null, Callback.NOOP);
        all.soon(session()::abort);
    }
}
