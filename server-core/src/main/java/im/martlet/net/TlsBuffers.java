package im.martlet.net;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Lends buffers of the size of a TLS record, each for one call. All connections share them. Any thread. */
final class TlsBuffers {
    private static final int RECORD = 18 * 1024;

    private final ConcurrentLinkedQueue<ByteBuffer> idle = new ConcurrentLinkedQueue<>();

    ByteBuffer borrow() {
        var buffer = idle.poll();
        return buffer != null ? buffer : ByteBuffer.allocate(RECORD);
    }

    void giveBack(ByteBuffer buffer) { idle.offer(buffer); }
}
