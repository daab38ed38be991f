package im.martlet.net;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Buffers as large as a TLS record, lent for the time of one call and shared by all connections. Any thread. */
final class TlsBuffers {
    private static final int RECORD = 18 * 1024;

    private final ConcurrentLinkedQueue<ByteBuffer> idle = new ConcurrentLinkedQueue<>();

    ByteBuffer borrow() {
        var buffer = idle.poll();
        return buffer != null ? buffer : ByteBuffer.allocate(RECORD);
    }

    void giveBack(ByteBuffer buffer) { idle.offer(buffer); }
}
