package im.martlet.extensions.bytestreams;

import im.martlet.address.Jid;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bytes between two connections. Each way is one thread that reads only when what it has read before is written: who
 * does not read stops who writes.
 */
final class Bytestream {
    private static final Logger LOG = LoggerFactory.getLogger(Bytestream.class);

    private final Jid requester;
    private final Jid target;
    private final Socks5Connection one;
    private final Socks5Connection other;
    private final BandwidthLimit pace;
    private final CountDownLatch ends = new CountDownLatch(2);
    private final AtomicLong bytes = new AtomicLong();
    private final long began = System.nanoTime();
    private volatile long moved = began;

    Bytestream(Jid requester, Jid target, Socks5Connection one, Socks5Connection other, BandwidthLimit pace) {
        this.requester = requester;
        this.target = target;
        this.one = one;
        this.other = other;
        this.pace = pace;
    }

    Jid requester() { return requester; }

    Jid target() { return target; }

    /** That it has carried, both ways. */
    long bytes() { return bytes.get(); }

    /** Nanoseconds. */
    long age(long now) { return now - began; }

    /** Nanoseconds since something has moved. */
    long idle(long now) { return now - moved; }

    private Socks5Connection opposite(Socks5Connection end) { return end == one ? other : one; }

    /** Brings to the other end what one has said. Blocks until it has it. */
    void carry(Socks5Connection from, byte[] buffer, int offset, int length) throws IOException {
        pace.await(length);
        moved = System.nanoTime();
        try {
            opposite(from).socket().getOutputStream().write(buffer, offset, length);
        } catch (IOException gone) {
            close();
            throw gone;
        }
        moved = System.nanoTime();
        bytes.addAndGet(length);
        pace.carried(length);
    }

    /** One end says no more. Blocks until the other says no more either, or is gone. */
    void ended(Socks5Connection end) throws IOException {
        opposite(end).socket().shutdownOutput();
        ends.countDown();
        try {
            ends.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends it at once. */
    void close() {
        LOG.debug("the stream of {} to {} ends after {} bytes", requester, target, bytes);
        one.close();
        other.close();
        ends.countDown();
        ends.countDown();
    }
}
