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
 * A connection of MINA. Each direction is a queue, and one thread at a time works on it: the thread that adds to an
 * empty queue works until the queue is empty again. So no thread holds a lock while it calls MINA or JSSE, and a writer
 * never runs the reader's code. This class uses the JDK's TLS engine and not MINA's filter, because the filter hides
 * the data for channel binding and keeps buffers for idle connections.
 */
final class MinaTransport implements Transport {
    private static final Logger LOG = LoggerFactory.getLogger(MinaTransport.class);
    private static final int MAX_JOINED = 64 * 1024; // bytes

    /** One piece of work for the output queue. */
    private sealed interface Order {
        record Write(byte[] bytes) implements Order {}

        record Encrypt() implements Order {}

        record Close() implements Order {}
    }

    private final IoSession session;
    private final TlsSettings settings;
    private final ClosingConnections closingConnections;
    private volatile @Nullable Handler handler;
    private volatile @Nullable Tls tls; // set once, before the peer learns of it
    private volatile Cause cause = Cause.CLOSED_BY_PEER;

    private final ConcurrentLinkedQueue<Order> outbound = new ConcurrentLinkedQueue<>();
    private final AtomicInteger writers = new AtomicInteger();
    private final AtomicLong accepted = new AtomicLong(); // bytes in the output queue
    private boolean encrypting; // only the thread that works on the output queue uses it
    private boolean closing; // likewise

    private final ConcurrentLinkedQueue<ByteBuffer> inbound = new ConcurrentLinkedQueue<>();
    private final AtomicInteger readers = new AtomicInteger();
    private boolean closedReported; // only the thread that works on the input queue uses it
    private volatile boolean gone;
    private volatile boolean ignoresInput; // all further input is dropped

    private final Kind kind;

    /** The kind of the peer, which decides on certificates and on the order of events. */
    enum Kind {
        /** A client that connected to this server. It shows no certificate. */
        CLIENT,
        /** A server that connected to this server. It may show a certificate. */
        SERVER,
        /** A server that this server connected to. The handler is set later than the connection begins. */
        OUTGOING
    }

    MinaTransport(IoSession session, TlsSettings settings, ClosingConnections closingConnections, Kind kind) {
        this.kind = kind;
        this.session = session;
        this.settings = settings;
        this.closingConnections = closingConnections;
    }

    IoSession session() { return session; }

    @Override public void handler(Handler handler) {
        this.handler = handler;
        if (kind == Kind.OUTGOING) proceed(); // input may wait already, or the connection is closed
    }

    @Override public void reading(boolean allowed) {
        if (allowed) {
            session.resumeRead();
            // wakes MINA's selector, which would otherwise notice the change up to a second later
            if (session instanceof NioSession nio) nio.getProcessor().flush(nio);
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
        // first of all, because the peer may begin TLS as soon as it reads the last unencrypted element
        tls = settings.server(this::secured, host, kind == Kind.SERVER);
        write(last);
        order(new Order.Encrypt());
    }

    void startTls(Acceptor.Mode.DirectTls mode) {
        tls = settings.server(this::secured, mode.host().get(), kind == Kind.SERVER, mode.alpn());
        order(new Order.Encrypt());
    }

    @Override public void connectTls(String local, String remote, String alpn) {
        tls = settings.client(this::secured, local, remote, alpn);
        order(new Order.Encrypt());
    }

    @Override public List<X509Certificate> peerCertificates() {
        return tls instanceof Tls t ? t.peerCertificates() : List.of();
    }

    @Override public void close() { close(List.of()); }

    @Override public void close(List<byte[]> last) {
        cause = Cause.CLOSED_HERE;
        ignoresInput = true;
        queue(last);
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
            // before TLS is ready no farewell may be sent
            if (outbound.stream().anyMatch(Order.Close.class::isInstance)) abandon();
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
                if (encrypting) pass(secure().closeNotify());
                closingConnections.closeSoon(session, () -> cause = Cause.TOO_SLOW);
            }
        }
    }

    private void abandon() {
        closing = true;
        outbound.clear();
        closingConnections.closeSoon(session, () -> cause = Cause.TOO_SLOW);
    }

    /** Sends the bytes of the handshake. Returns whether application data may be sent. */
    private boolean shakeHands() {
        boolean waited = secure().isWaiting() || !secure().isReady(); // the reader may begin to wait during the loop
        var flight = new ByteArrayOutputStream(0); // joins half a dozen records into few packets
        for (byte[] bytes = secure().handshake(); bytes.length > 0; bytes = secure().handshake()) {
            flight.writeBytes(bytes);
            waited = true;
        }
        pass(flight.toByteArray());
        if (waited && !secure().isWaiting()) proceed(); // the reader waits no longer
        return secure().isReady();
    }

    private Tls secure() { return Objects.requireNonNull(tls); }

    /** Sends writes from the queue, joined, because that takes fewer TLS records and system calls. */
    private void sendWrites() {
        byte[] plain = ((Order.Write) outbound.remove()).bytes;
        if (outbound.peek() instanceof Order.Write) {
            var joined = new ByteArrayOutputStream(4 * plain.length);
            joined.writeBytes(plain);
            while (joined.size() < MAX_JOINED && outbound.peek() instanceof Order.Write(var more)) {
                outbound.remove();
                joined.writeBytes(more);
            }
            plain = joined.toByteArray();
        }
        pass(encrypting ? encrypted(plain) : plain); // MINA counts the bytes from here on
        accepted.addAndGet(-plain.length);
    }

    /** Returns encrypted bytes; before a close, together with the alert that ends TLS. */
    private byte[] encrypted(byte[] plain) {
        byte[] record = secure().encrypt(plain);
        if (!(outbound.peek() instanceof Order.Close)) return record;
        byte[] alert = secure().closeNotify();
        return ByteBuffer.allocate(record.length + alert.length).put(record).put(alert).array();
    }

    private void pass(byte[] bytes) {
        if (bytes.length > 0) session.write(IoBuffer.wrap(bytes));
    }

    /** Handles that bytes have gone to the kernel. On the I/O thread. */
    void sent() {
        if (queued() > 0) return;
        proceed();
    }

    // ---- inbound

    /** Queues received bytes. The buffer passes to this class. On the I/O thread. */
    void arrived(ByteBuffer bytes) {
        if (ignoresInput) return;
        inbound.add(bytes);
        proceed();
    }

    private void proceed() {
        if (readers.getAndIncrement() > 0) return;
        int seen;
        do {
            seen = readers.get();
            try {
                deliver();
            } catch (RuntimeException | Error e) {
                LOG.error("bug: reading from {} failed", session.getRemoteAddress(), e);
                ignoresInput = true; // the handler is not called again
                cause = Cause.CLOSED_HERE;
                session.closeNow();
            }
        } while (readers.addAndGet(-seen) > 0);
    }

    private void deliver() {
        var receiver = handler;
        if (receiver == null || closedReported) return;
        while (!ignoresInput) {
            var secure = tls;
            if (secure != null && secure.isWaiting()) break;
            var bytes = inbound.peek();
            if (bytes == null) break;
            if (secure == null) receiver.received(bytes);
            else if (!decrypt(secure, bytes, receiver)) continue;
            if (!bytes.hasRemaining()) inbound.poll();
        }
        if (queued() == 0) receiver.drained();
        if (gone) {
            closedReported = true;
            receiver.closed(cause);
        }
    }

    /** Decrypts bytes. Returns whether all of them are used. */
    private boolean decrypt(Tls secure, ByteBuffer bytes, Handler receiver) {
        switch (secure.decrypt(bytes, receiver::received)) {
            case MORE -> { return true; }
            case SEND -> flush();
            case COMPUTE -> Thread.ofVirtual().name("handshake").start(() -> {
                secure.compute();
                flush();
                proceed();
            });
            case ENDED -> {
                ignoresInput = true;
                close(Cause.CLOSED_BY_PEER);
            }
            case BROKEN -> {
                ignoresInput = true;
                flush(); // sends the alert
                close(Cause.TLS_FAILED);
            }
        }
        return false;
    }

    private void close(Cause reason) {
        close();
        cause = reason;
    }

    private void secured(TlsSession session) {
        if (handler instanceof Handler receiver) receiver.secured(session);
    }

    /** Handles the end of the input. On the I/O thread. */
    void inputEnded() {
        if (tls != null && !ignoresInput) cause = Cause.RESET; // truncated, because close_notify is missing
    }

    void ended(Cause reason) { cause = reason; }

    /** Handles the end of the connection. On the I/O thread. */
    void gone() {
        gone = true;
        proceed();
    }
}
