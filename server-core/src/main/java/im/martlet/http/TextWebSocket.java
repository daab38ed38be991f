package im.martlet.http;

import java.nio.ByteBuffer;

/** A WebSocket that carries text. Every call returns at once. Any thread. */
public interface TextWebSocket {
    /** The status of a normal end (RFC 6455 §7.4.1). */
    int NORMAL = 1000;
    /** The status for data that is no text. */
    int UNACCEPTABLE = 1003;
    /** The status if the server has no room at the moment. */
    int TRY_AGAIN = 1013;

    /**
     * Handles the events of a WebSocket. Called on Jetty's threads, so no call may block. Pings need no handling.
     */
    interface Listener {
        /**
         * Handles a piece of a message, which may be invalid UTF-8. One call at a time.
         *
         * @param bytes the piece, lent for the call
         * @param last whether the message ends with this piece
         */
        void received(ByteBuffer bytes, boolean last);

        /** Handles that all sent bytes have gone to the kernel. */
        void drained();

        /**
         * Handles the end of the WebSocket. It is the last call.
         *
         * @param byPeer whether the client sent a close frame
         */
        void closed(boolean byPeer);
    }

    /** Queues a message in UTF-8. The array passes to the WebSocket. */
    void send(byte[] text);

    /** Returns the number of queued bytes. */
    long queued();

    /** Pauses or resumes reading. While it is paused, the peer's frames stay in the kernel. Idempotent. */
    void reading(boolean allowed);

    /**
     * Sends a close frame behind the queued messages. A peer that does not reply is disconnected after a few seconds.
     */
    void close(int code);
}
