package im.martlet.net;

import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.mina.core.buffer.IoBuffer;
import org.apache.mina.core.session.IoSession;
import org.apache.mina.transport.socket.nio.NioSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection of MINA's. Each direction is a queue that is worked on by one thread at a time: whoever puts something
 * into an empty queue works until it is empty again. So there is no lock to hold while calling MINA or JSSE, and a
 * writer never runs the reader's code. We do TLS ourselves, on the JDK's engine, and not with MINA's filter: it is
 * closed to channel binding and keeps buffers for connections that are idle.
 */
final class MinaTransport implements Transport {
    private static final Logger LOG = LoggerFactory.getLogger(MinaTransport.class);
    private static final int MOST_AT_ONCE = 64 * 1024;

    /** What a writer asks for. */
    private sealed interface Order {
        record Write(byte[] bytes) implements Order {}

        record Encrypt() implements Order {}

        record Close() implements Order {}
    }

    private final IoSession session;
    private final TlsSettings settings;
    private final ClosingConnections lingering;
    private volatile @Nullable Handler handler;
    private volatile @Nullable Tls tls; // set once, before the peer can know of it
    private volatile Cause cause = Cause.CLOSED_BY_PEER;

    private final ConcurrentLinkedQueue<Order> outbound = new ConcurrentLinkedQueue<>();
    private final AtomicInteger writers = new AtomicInteger();
    private final AtomicLong accepted = new AtomicLong(); // bytes in the queue
    private boolean encrypting; // of the thread that works on the queue
    private boolean closing;

    private final ConcurrentLinkedQueue<ByteBuffer> inbound = new ConcurrentLinkedQueue<>();
    private final AtomicInteger readers = new AtomicInteger();
    private boolean closedReported; // of the thread that works on the queue
    private volatile boolean gone;
    private volatile boolean deaf; // nothing more is taken from the peer

    private final Kind kind;

    /** What is at the other end, as far as TLS and the order of events care. */
    enum Kind {
        /** A client that has connected: it is asked for no certificate. */
        CLIENT,
        /** A server that has connected: it may show a certificate. */
        SERVER,
        /** A server that we have connected to; its handler comes later than the connection. */
        OUTGOING
    }

    MinaTransport(IoSession session, TlsSettings settings, ClosingConnections lingering, Kind kind) {
        this.kind = kind;
        this.session = session;
        this.settings = settings;
        this.lingering = lingering;
    }

    IoSession session() { return session; }

    @Override public void handler(Handler handler) {
        this.handler = handler;
        if (kind == Kind.OUTGOING) proceed(); // it may be closed already
    }

    @Override public void reading(boolean wanted) {
        if (wanted) {
            session.resumeRead();
            if (session instanceof NioSession nio) nio.getProcessor().flush(nio); // MINA does not wake its selector, which would see it up to a second later
        } else session.suspendRead();
    }

    @Override public InetSocketAddress remote() { return (InetSocketAddress) session.getRemoteAddress(); }

    @Override public Optional<byte[]> channelBinding(ChannelBinding type) {
        return Optional.ofNullable(tls).flatMap(t -> t.channelBinding(type));
    }

    @Override public boolean binds(ChannelBinding type) { return tls instanceof Tls t && t.binds(type); }

    // ---- outbound

    @Override public void write(byte[] bytes) {
        accepted.addAndGet(bytes.length);
        order(new Order.Write(bytes));
    }

    @Override public void write(List<byte[]> pieces) {
        queue(pieces);
        flush();
    }

    private void queue(List<byte[]> pieces) {
        for (byte[] piece : pieces) {
            accepted.addAndGet(piece.length);
            outbound.add(new Order.Write(piece));
        }
    }

    @Override public long queued() { return accepted.get() + session.getScheduledWriteBytes(); }

    @Override public void startTls(byte[] last, String host) {
        tls = settings.server(this::secured, host, kind == Kind.SERVER); // first of all: the peer may answer as soon as it is told to proceed
        write(last);
        order(new Order.Encrypt());
    }

    void startTls(Acceptor.Mode.DirectTls mode) {
        tls = settings.server(this::secured, mode.host().get(), kind == Kind.SERVER, mode.alpn());
        order(new Order.Encrypt());
    }

    @Override public void connectTls(String ours, String theirs, String alpn) {
        tls = settings.client(this::secured, ours, theirs, alpn);
        order(new Order.Encrypt());
    }

    @Override public List<X509Certificate> peerCertificates() {
        return tls instanceof Tls t ? t.peerCertificates() : List.of();
    }

    @Override public void close() { close(List.of()); }

    @Override public void close(List<byte[]> lastWords) {
        cause = Cause.CLOSED_HERE;
        deaf = true;
        queue(lastWords);
        order(new Order.Close());
    }

    private void order(Order order) {
        outbound.add(order);
        flush();
    }

    private void flush() {
        if (writers.getAndIncrement() > 0) return;
        int seen;
        do {
            seen = writers.get();
            try {
                work();
            } catch (RuntimeException | Error e) {
                LOG.error("bug: writing to {} failed", session.getRemoteAddress(), e);
                cause = Cause.CLOSED_HERE;
                session.closeNow();
            }
        } while (writers.addAndGet(-seen) > 0);
    }

    private void work() {
        if (encrypting && !shakeHands()) {
            if (outbound.stream().anyMatch(Order.Close.class::isInstance)) abandon(); // who is not secure gets no farewell
            return;
        }
        for (var next = outbound.peek(); next != null && !closing; next = outbound.peek()) switch (next) {
            case Order.Write _ -> sendWrites();
            case Order.Encrypt _ -> {
                outbound.remove();
                encrypting = true;
                if (!shakeHands()) return;
            }
            case Order.Close _ -> {
                outbound.remove();
                closing = true;
                if (encrypting) hand(secure().goodbye());
                lingering.closeSoon(session, () -> cause = Cause.TOO_SLOW);
            }
        }
    }

    private void abandon() {
        closing = true;
        outbound.clear();
        lingering.closeSoon(session, () -> cause = Cause.TOO_SLOW);
    }

    /** Sends what the handshake wants sent; false while application data has to wait. */
    private boolean shakeHands() {
        boolean waited = secure().isWaiting() || !secure().isReady(); // it may begin to while we send
        var flight = new ByteArrayOutputStream(0); // half a dozen records, which need not be as many packets
        for (byte[] bytes = secure().handshake(); bytes.length > 0; bytes = secure().handshake()) {
            flight.writeBytes(bytes);
            waited = true;
        }
        hand(flight.toByteArray());
        if (waited && !secure().isWaiting()) proceed(); // the reader goes on
        return secure().isReady();
    }

    private Tls secure() { return Objects.requireNonNull(tls); }

    /** Sends writes from the queue, joined: few records and few system calls. */
    private void sendWrites() {
        byte[] plain = ((Order.Write) outbound.remove()).bytes;
        if (outbound.peek() instanceof Order.Write) {
            var joined = new ByteArrayOutputStream(4 * plain.length);
            joined.writeBytes(plain);
            while (joined.size() < MOST_AT_ONCE && outbound.peek() instanceof Order.Write(var more)) {
                outbound.remove();
                joined.writeBytes(more);
            }
            plain = joined.toByteArray();
        }
        hand(encrypting ? encrypted(plain) : plain); // MINA counts it from here,
        accepted.addAndGet(-plain.length); // and we do no more
    }

    /** The last words, together with what ends TLS. */
    private byte[] encrypted(byte[] plain) {
        byte[] record = secure().encrypt(plain);
        if (!(outbound.peek() instanceof Order.Close)) return record;
        byte[] goodbye = secure().goodbye();
        return ByteBuffer.allocate(record.length + goodbye.length).put(record).put(goodbye).array();
    }

    private void hand(byte[] bytes) {
        if (bytes.length > 0) session.write(IoBuffer.wrap(bytes));
    }

    /** Something has gone to the kernel (I/O thread). */
    void sent() {
        if (queued() > 0) return;
        proceed();
    }

    // ---- inbound

    /** Bytes have come (I/O thread). The buffer is ours. */
    void arrived(ByteBuffer bytes) {
        if (deaf) return;
        inbound.add(bytes);
        proceed();
    }

    private void proceed() {
        if (readers.getAndIncrement() > 0) return;
        int seen;
        do {
            seen = readers.get();
            try {
                take();
            } catch (RuntimeException | Error e) {
                LOG.error("bug: reading from {} failed", session.getRemoteAddress(), e);
                deaf = true; // the handler is not asked again
                cause = Cause.CLOSED_HERE;
                session.closeNow();
            }
        } while (readers.addAndGet(-seen) > 0);
    }

    private void take() {
        var taker = handler;
        if (taker == null || closedReported) return;
        while (!deaf) {
            var secure = tls;
            if (secure != null && secure.isWaiting()) break;
            var bytes = inbound.peek();
            if (bytes == null) break;
            if (secure == null) taker.received(bytes);
            else if (!decrypt(secure, bytes, taker)) continue;
            if (!bytes.hasRemaining()) inbound.poll();
        }
        if (queued() == 0) taker.drained();
        if (gone) {
            closedReported = true;
            taker.closed(cause);
        }
    }

    private boolean decrypt(Tls secure, ByteBuffer bytes, Handler taker) {
        switch (secure.decrypt(bytes, taker::received)) {
            case MORE -> { return true; }
            case SEND -> flush();
            case COMPUTE -> Thread.ofVirtual().name("handshake").start(() -> {
                secure.compute();
                flush();
                proceed();
            });
            case ENDED -> {
                deaf = true;
                close(Cause.CLOSED_BY_PEER);
            }
            case BROKEN -> {
                deaf = true;
                flush(); // the alert
                close(Cause.TLS_FAILED);
            }
        }
        return false;
    }

    private void close(Cause why) {
        close();
        cause = why;
    }

    private void secured(TlsSession session) {
        if (handler instanceof Handler taker) taker.secured(session);
    }

    /** The peer sends no more (I/O thread). */
    void inputEnded() {
        if (tls != null && !deaf) cause = Cause.RESET; // truncated: there was no close_notify
    }

    void ended(Cause why) { cause = why; }

    /** The connection is closed (I/O thread). */
    void gone() {
        gone = true;
        proceed();
    }
}
