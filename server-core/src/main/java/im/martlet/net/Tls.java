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
 * TLS for one connection, as either end. One thread at a time decrypts and one at a time encrypts, which may be two;
 * the JDK's engine allows that. Between records it keeps no buffers, only the beginning of a record that has not come
 * whole.
 */
final class Tls {
    /** How it goes on after {@link #decrypt}. */
    enum Next {
        /** What was there is used up. */
        MORE,
        /** The handshake wants to send before it reads on. */
        SEND,
        /** The handshake wants to compute before it reads on. */
        COMPUTE,
        /** The peer has said goodbye. */
        ENDED,
        /** Not TLS, or no TLS that we speak. */
        BROKEN
    }

    private static final int MOST_SILENT_RECORDS = 64; // that carry no data, in a row: KeyUpdate floods, handshakes in crumbs

    private final SSLEngine engine;
    private final TlsBuffers scratch;
    private final Consumer<Transport.TlsSession> secured;
    private byte[] partial = {}; // of a record
    private int silent;
    private volatile boolean agreed; // the handshake is done,
    private volatile boolean ready; // and the stream knows it
    private boolean reported;
    private volatile boolean waiting; // for a computation, or for something to be sent
    private volatile boolean computing;

    Tls(SSLEngine engine, TlsBuffers scratch, Consumer<Transport.TlsSession> secured) {
        this.engine = engine;
        this.scratch = scratch;
        this.secured = secured;
    }

    boolean isReady() { return ready; }

    /** Whether nothing may be decrypted now. */
    boolean isWaiting() { return waiting; }

    // ---- inbound

    /** Decrypts what is in the buffer, and gives it away. Called by one thread at a time. */
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
                    silent = 0;
                    application.accept(plain.flip());
                } else if (result.bytesConsumed() > 0 && ++silent > MOST_SILENT_RECORDS) return Next.BROKEN;
                switch (result.getStatus()) {
                    case BUFFER_UNDERFLOW -> { return Next.MORE; }
                    case CLOSED -> { return Next.ENDED; }
                    case BUFFER_OVERFLOW -> throw new SSLException("a record larger than TLS allows");
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

    /** TLS 1.2 lets a client begin anew at any time; we do not. */
    private boolean isRenegotiation(SSLEngineResult result) {
        return ready && engine.getSession().getProtocol().equals("TLSv1.2")
                && (result.getHandshakeStatus() == HandshakeStatus.NEED_TASK
                        || result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP);
    }

    /** Does what the handshake wants computed; may take milliseconds. */
    void compute() {
        for (var task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) task.run();
        computing = false;
    }

    // ---- outbound

    /** What the handshake wants to send next; nothing when it wants nothing. Called by one thread at a time. */
    byte[] handshake() {
        if (!wantsToSend()) return new byte[0];
        var bytes = wrap(ByteBuffer.allocate(0));
        if (bytes.length == 0) sentNothing();
        return bytes;
    }

    /** The engine is dead: the reader shall see that. */
    private synchronized void sentNothing() {
        waiting = computing;
    }

    /** The reader has to wait. */
    private synchronized void await(boolean forComputation) {
        computing |= forComputation;
        waiting = true;
    }

    /**
     * If not, the reader need not wait: decided in one piece, or it would be told so of what it began to wait for
     * meanwhile.
     */
    private synchronized boolean wantsToSend() {
        if (computing) return false;
        boolean wants = engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP;
        waiting = wants;
        return wants;
    }

    byte[] encrypt(byte[] plain) { return wrap(ByteBuffer.wrap(plain)); }

    /** The close_notify alert. */
    byte[] goodbye() {
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
            return all.toByteArray(); // the engine is dead, and the reader will see that it is
        } finally {
            scratch.giveBack(record);
        }
    }

    private void noteHandshake(SSLEngineResult result) {
        if (result.getHandshakeStatus() == HandshakeStatus.FINISHED) finished();
    }

    private synchronized void finished() {
        if (reported) return; // a session ticket or a key update "finishes" again
        reported = true;
        agreed = true; // whoever is told may ask at once
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
