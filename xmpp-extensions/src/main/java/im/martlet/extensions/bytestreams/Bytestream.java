package im.martlet.extensions.bytestreams;

import im.martlet.address.Jid;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stream of bytes between two connections. Each direction has one thread. It reads again only after it has written
 * all bytes that it read before. So an end that does not read stops the end that writes.
 */
final class Bytestream {
    private static final Logger LOG = LoggerFactory.getLogger(Bytestream.class);

    private final Jid requester;
    private final Jid target;
    private final Socks5Connection one;
    private final Socks5Connection other;
    private final BandwidthLimit limit;
    private final CountDownLatch ends = new CountDownLatch(2);
    private final AtomicLong bytes = new AtomicLong();
    private final long began = System.nanoTime();
    private volatile long lastMoved = began;

    Bytestream(Jid requester, Jid target, Socks5Connection one, Socks5Connection other, BandwidthLimit limit) {
        this.requester = requester;
        this.target = target;
        this.one = one;
        this.other = other;
        this.limit = limit;
    }

    Jid requester() { return requester; }

    Jid target() { return target; }

    /** Returns the number of bytes carried in both directions. */
    long bytes() { return bytes.get(); }

    /** Returns the nanoseconds since the stream began. */
    long age(long now) { return now - began; }

    /** Returns the nanoseconds since bytes were last carried. */
    long idle(long now) { return now - lastMoved; }

    private Socks5Connection opposite(Socks5Connection end) { return end == one ? other : one; }

    /** Writes bytes from one end to the other. Blocks until they are written. */
    void carry(Socks5Connection from, byte[] buffer, int offset, int length) throws IOException {
        limit.await(length);
        lastMoved = System.nanoTime();
        try {
            opposite(from).socket().getOutputStream().write(buffer, offset, length);
        } catch (IOException gone) {
            close();
            throw gone;
        }
        lastMoved = System.nanoTime();
        bytes.addAndGet(length);
        limit.carried(length);
    }

    /** Notes that one end sends no more. Blocks until the other end sends no more either, or is gone. */
    void ended(Socks5Connection end) throws IOException {
        opposite(end).socket().shutdownOutput();
        ends.countDown();
        try {
            ends.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the stream at once. */
    void close() {
        LOG.debug("the stream of {} to {} ends after {} bytes", requester, target, bytes);
        one.close();
        other.close();
        ends.countDown();
        ends.countDown();
    }
}
