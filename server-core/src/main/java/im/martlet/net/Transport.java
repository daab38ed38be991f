package im.martlet.net;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/** One connection, as the rest of the server sees it. Every call returns at once and may come from any thread. */
public interface Transport {
    /** What happens on a connection. Calls come one at a time, in order, on an I/O thread: never block in them. */
    interface Handler {
        /** Bytes have come; the buffer is only lent for the call. */
        void received(ByteBuffer bytes);

        /** The TLS handshake is done. */
        void secured(TlsSession tls);

        /** What was queued for writing has gone to the kernel. */
        void drained();

        /** The connection is gone; nothing comes after this. */
        void closed(Cause cause);
    }

    /** Why a connection ended. */
    enum Cause { CLOSED_HERE, CLOSED_BY_PEER, RESET, TLS_FAILED, TIMED_OUT, TOO_SLOW }

    /** A channel binding of RFC 5929 and RFC 9266. */
    enum ChannelBinding {
        TLS_EXPORTER("tls-exporter"), TLS_SERVER_END_POINT("tls-server-end-point");

        private final String name;

        ChannelBinding(String name) { this.name = name; }

        /** Its registered name. */
        public String registeredName() { return name; }
    }

    /** What TLS agreed on. {@code serverName} and {@code alpn} are what the client asked for, if anything. */
    record TlsSession(String protocol, String cipherSuite, Optional<String> serverName, Optional<String> alpn) {}

    /** Takes the handler that hears of everything from now on; called once, before any event. */
    void handler(Handler handler);

    /** Read credit: with {@code false} the peer's bytes stay in the kernel. Idempotent. */
    void reading(boolean wanted);

    /**
     * Where bytes come in messages: of one that is larger than so many bytes, only a little more than that is handed
     * out.
     */
    default void maxMessage(int bytes) {}

    /** Queues bytes; ownership of the array passes. Order is kept among the calls of one thread. */
    void write(byte[] bytes);

    /** Queues pieces, one after the other; they may go out as one. */
    default void write(List<byte[]> pieces) {
        pieces.forEach(this::write);
    }

    /** Bytes queued here and not yet handed to the kernel. */
    long queued();

    /**
     * Begins TLS as the server. {@code last} still goes out in the clear; everything after it is encrypted. Bytes of
     * the peer that came before this call and were not consumed are never treated as encrypted or as application data.
     *
     * @param host whose certificate to show when the client names none
     */
    void startTls(byte[] last, String host);

    /**
     * Begins TLS as the client, with whatever certificate the peer shows: whether it is one to trust is for the caller
     * to say. What was written before still goes out in the clear.
     *
     * @param ours the domain whose certificate to show when asked
     * @param theirs the domain that the peer is to be (SNI)
     * @param alpn the protocol's name (RFC 7301); empty for none
     */
    void connectTls(String ours, String theirs, String alpn);

    /** The certificates that the peer has shown, its own first; none without TLS or when it has shown none. */
    List<X509Certificate> peerCertificates();

    /** Data that binds authentication to this TLS channel; empty without TLS or when the type cannot be had. */
    Optional<byte[]> channelBinding(ChannelBinding type);

    /** Whether there is data of a type. */
    default boolean binds(ChannelBinding type) {
        return channelBinding(type).isPresent();
    }

    InetSocketAddress remote();

    /**
     * Sends what is queued, ends TLS properly, and closes; gives up on a peer that does not read after a few seconds.
     */
    void close();

    /** The same, behind last words; they may go out together with the end of TLS. */
    default void close(List<byte[]> lastWords) {
        write(lastWords);
        close();
    }
}
