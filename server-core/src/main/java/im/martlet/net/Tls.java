package im.martlet.net;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * TLS for one connection, as client or server. One thread at a time decrypts, and one thread at a time encrypts. They
 * may be two threads, which the JDK's engine allows. Between records it keeps no buffers, only the beginning of an
 * incomplete record.
 */
final class Tls {
    /** The next step after {@link #decrypt}. */
    enum Next {
        /** The input is used up. */
        MORE,
        /** The handshake must send before it reads on. */
        SEND,
        /** The handshake must compute before it reads on. */
        COMPUTE,
        /** The peer has ended TLS properly. */
        ENDED,
        /** The input is no TLS that this server supports. */
        BROKEN
    }

    /**
     * Records without data that may follow each other. The limit stops KeyUpdate floods and handshakes in tiny parts.
     */
    private static final int MAX_EMPTY_RECORDS = 64;

    private final SSLEngine engine;
    private final TlsBuffers scratch;
    private final Consumer<Transport.TlsSession> secured;
    private byte[] partial = {}; // the beginning of a record
    private int emptyRecords; // in a row
    private volatile boolean agreed; // the handshake is done
    private volatile boolean ready; // the stream knows that the handshake is done
    private boolean reported;
    private volatile boolean waiting; // the reader waits for a computation or for output
    private volatile boolean computing;

    Tls(SSLEngine engine, TlsBuffers scratch, Consumer<Transport.TlsSession> secured) {
        this.engine = engine;
        this.scratch = scratch;
        this.secured = secured;
    }

    /** Returns whether application data may be sent. */
    boolean isReady() { return ready; }

    /** Returns whether decryption must wait. */
    boolean isWaiting() { return waiting; }

    // ---- inbound

    /** Decrypts the bytes of a buffer and passes the plain bytes on. Called by one thread at a time. */
    Next decrypt(ByteBuffer encrypted, Consumer<ByteBuffer> application) {
        if (partial.length > 0) {
            var joined = ByteBuffer.allocate(partial.length + encrypted.remaining()).put(partial).put(encrypted).flip();
            partial = new byte[0];
            var next = records(joined, application);
            partial = rest(joined);
            return next;
        }
        var next = records(encrypted, application);
        partial = rest(encrypted);
        return next;
    }

    private static byte[] rest(ByteBuffer buffer) {
        var rest = new byte[buffer.remaining()];
        buffer.get(rest);
        return rest;
    }

    private Next records(ByteBuffer encrypted, Consumer<ByteBuffer> application) {
        var plain = scratch.borrow();
        try {
            while (true) {
                var result = engine.unwrap(encrypted, plain.clear());
                noteHandshake(result);
                if (result.bytesProduced() > 0) {
                    emptyRecords = 0;
                    application.accept(plain.flip());
                } else if (result.bytesConsumed() > 0 && ++emptyRecords > MAX_EMPTY_RECORDS) return Next.BROKEN;
                switch (result.getStatus()) {
                    case BUFFER_UNDERFLOW -> { return Next.MORE; }
                    case CLOSED -> { return Next.ENDED; }
                    case BUFFER_OVERFLOW -> throw new SSLException("the record is larger than TLS allows");
                    case OK -> {}
                }
                if (isRenegotiation(result)) return Next.BROKEN;
                switch (result.getHandshakeStatus()) {
                    case NEED_TASK -> {
                        await(true);
                        return Next.COMPUTE;
                    }
                    case NEED_WRAP -> {
                        await(false);
                        return Next.SEND;
                    }
                    default -> { if (!encrypted.hasRemaining() && result.bytesConsumed() == 0) return Next.MORE; }
                }
            }
        } catch (SSLException e) {
            return Next.BROKEN;
        } finally {
            scratch.giveBack(plain);
        }
    }

    /** Returns whether the client wants to renegotiate. TLS 1.2 allows that at any time, and this server refuses it. */
    private boolean isRenegotiation(SSLEngineResult result) {
        return ready && engine.getSession().getProtocol().equals("TLSv1.2")
                && (result.getHandshakeStatus() == HandshakeStatus.NEED_TASK
                        || result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP);
    }

    /** Runs the computations of the handshake. May take milliseconds. */
    void compute() {
        for (var task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) task.run();
        computing = false;
    }

    // ---- outbound

    /** Returns the next bytes of the handshake; empty if there are none. Called by one thread at a time. */
    byte[] handshake() {
        if (!mustSend()) return new byte[0];
        var bytes = wrap(ByteBuffer.allocate(0));
        if (bytes.length == 0) stopWaiting();
        return bytes;
    }

    /** Lets the reader continue, so that it sees that the engine is dead. */
    private synchronized void stopWaiting() {
        waiting = computing;
    }

    /** Makes the reader wait. */
    private synchronized void await(boolean forComputation) {
        computing |= forComputation;
        waiting = true;
    }

    /**
     * Returns whether the handshake must send. If not, the reader may continue. Both are decided under one lock, or the
     * reader could begin to wait in between and then continue too early.
     */
    private synchronized boolean mustSend() {
        if (computing) return false;
        waiting = engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP;
        return waiting;
    }

    byte[] encrypt(byte[] plain) { return wrap(ByteBuffer.wrap(plain)); }

    /** Returns the close_notify alert, which ends TLS. */
    byte[] closeNotify() {
        engine.closeOutbound();
        return wrap(ByteBuffer.allocate(0));
    }

    private byte[] wrap(ByteBuffer plain) {
        var record = scratch.borrow();
        var all = new ByteArrayOutputStream(plain.remaining() + 64);
        try {
            do {
                var result = engine.wrap(plain, record.clear());
                noteHandshake(result);
                all.write(record.array(), 0, record.position());
                if (result.getStatus() != SSLEngineResult.Status.OK || result.bytesProduced() == 0) break;
            } while (plain.hasRemaining());
            return all.toByteArray();
        } catch (SSLException e) {
            return all.toByteArray(); // the engine is dead, and the reader will see that
        } finally {
            scratch.giveBack(record);
        }
    }

    private void noteHandshake(SSLEngineResult result) {
        if (result.getHandshakeStatus() == HandshakeStatus.FINISHED) finished();
    }

    private synchronized void finished() {
        if (reported) return; // a session ticket or a key update finishes again
        reported = true;
        agreed = true; // before the call, because the receiver may ask for the data at once
        var session = engine.getSession();
        secured.accept(
                ChannelBindings.describe(session, Optional.ofNullable(engine.getApplicationProtocol()).orElse("")));
        ready = true;
    }

    List<X509Certificate> peerCertificates() {
        if (!agreed) return List.of();
        try {
            return Arrays.stream(engine.getSession().getPeerCertificates()).filter(X509Certificate.class::isInstance)
                    .map(X509Certificate.class::cast).toList();
        } catch (SSLPeerUnverifiedException none) {
            return List.of();
        }
    }

    boolean binds(Transport.ChannelBinding type) { return agreed && ChannelBindings.has(type, engine.getSession()); }

    Optional<byte[]> channelBinding(Transport.ChannelBinding type) {
        if (!agreed) return Optional.empty();
        return ChannelBindings.of(type, engine.getSession());
    }
}
