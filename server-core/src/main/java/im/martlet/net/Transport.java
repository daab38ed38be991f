package im.martlet.net;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/** One connection, as the rest of the server sees it. Every call returns at once. Any thread. */
public interface Transport {
    /** Handles the events of a connection. Calls come one at a time, in order, on an I/O thread, and must not block. */
    interface Handler {
        /** Handles received bytes. The buffer is lent for the call only. */
        void received(ByteBuffer bytes);

        /** Handles the end of the TLS handshake. */
        void secured(TlsSession tls);

        /** Handles that all queued bytes have gone to the kernel. */
        void drained();

        /** Handles the end of the connection. It is the last call. */
        void closed(Cause cause);
    }

    /** The cause of the end of a connection. */
    enum Cause {
        CLOSED_HERE, CLOSED_BY_PEER, RESET, TLS_FAILED, TIMED_OUT, TOO_SLOW
    }

    /** A channel binding of RFC 5929 and RFC 9266. */
    enum ChannelBinding {
        TLS_EXPORTER("tls-exporter"), TLS_SERVER_END_POINT("tls-server-end-point");

        private final String name;

        ChannelBinding(String name) { this.name = name; }

        /** Returns the registered name of the type. */
        public String registeredName() { return name; }
    }

    /**
     * The negotiated properties of TLS.
     *
     * @param protocol the version, such as {@code TLSv1.3}
     * @param cipherSuite the name of the cipher suite
     * @param serverName the host that the client requested (SNI); empty if it requested none
     * @param alpn the negotiated protocol (RFC 7301); empty if there is none
     */
    record TlsSession(String protocol, String cipherSuite, Optional<String> serverName, Optional<String> alpn) {}

    /** Sets the handler of all events. Called once, before any event. */
    void handler(Handler handler);

    /** Pauses or resumes reading. While it is paused, the peer's bytes stay in the kernel. Idempotent. */
    void reading(boolean allowed);

    /**
     * Limits the size of messages, for a transport that carries messages. Of a larger message it delivers only a little
     * more than the limit.
     */
    default void maxMessage(int bytes) {}

    /** Queues bytes, in the order of the calls of one thread. The array passes to the transport. */
    void write(byte[] bytes);

    /** Queues pieces, one after the other. They may be sent as one. */
    default void write(List<byte[]> pieces) {
        pieces.forEach(this::write);
    }

    /** Returns the number of queued bytes that have not gone to the kernel. */
    long queued();

    /**
     * Begins TLS as the server. Bytes of the peer that came before this call and were not used are never treated as
     * encrypted or as application data.
     *
     * @param last the last unencrypted output; all later output is encrypted
     * @param host the host for clients without SNI, which get its certificate
     */
    void startTls(byte[] last, String host);

    /**
     * Begins TLS as the client. The handshake accepts every certificate, and the caller must decide whether to trust
     * it. Earlier output is still sent unencrypted.
     *
     * @param local the local domain, for its certificate
     * @param remote the domain that the peer must serve (SNI)
     * @param alpn the name of the protocol (RFC 7301); empty for none
     */
    void connectTls(String local, String remote, String alpn);

    /** Returns the certificates of the peer, its own first; none without TLS or if it showed none. */
    List<X509Certificate> peerCertificates();

    /** Returns the data that binds authentication to the TLS channel; empty without TLS or if the channel lacks it. */
    Optional<byte[]> channelBinding(ChannelBinding type);

    /** Returns whether the channel has data of this type. */
    default boolean binds(ChannelBinding type) {
        return channelBinding(type).isPresent();
    }

    InetSocketAddress remote();

    /**
     * Sends the queued bytes, ends TLS properly and closes. A peer that does not read gets a few seconds.
     */
    void close();

    /** Queues the last bytes and closes. The bytes may be sent together with the end of TLS. */
    default void close(List<byte[]> last) {
        write(last);
        close();
    }
}
