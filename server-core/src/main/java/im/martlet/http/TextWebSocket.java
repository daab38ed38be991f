package im.martlet.http;

import java.nio.ByteBuffer;

/** A WebSocket that carries text. Every call returns at once and may come from any thread. */
public interface TextWebSocket {
    /** RFC 6455 §7.4.1. */
    int NORMAL = 1000;
    /** It sent what is no text. */
    int UNACCEPTABLE = 1003;
    /** There is no room at the moment. */
    int TRY_AGAIN = 1013;

    /**
     * What happens on a WebSocket; on one of Jetty's threads: never block in these. Pings are answered by themselves.
     */
    interface Listener {
        /**
         * A piece of a message, which is not checked to be UTF-8; one call at a time.
         *
         * @param bytes lent for the call
         * @param last whether the message ends with it
         */
        void received(ByteBuffer bytes, boolean last);

        /** What was sent has gone to the kernel. */
        void drained();

        /** It is gone; nothing comes after this. @param byPeer whether the client has said goodbye */
        void closed(boolean byPeer);
    }

    /** Queues a message, in UTF-8; ownership of the array passes. */
    void send(byte[] text);

    /** Bytes of messages that are queued. */
    long queued();

    /** Read credit: with {@code false} the peer's frames stay in the kernel. Idempotent. */
    void reading(boolean wanted);

    /** Says goodbye behind what is queued; a peer that does not answer is given up after a few seconds. */
    void close(int code);
}
