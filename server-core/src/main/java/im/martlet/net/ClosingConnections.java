package im.martlet.net;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.mina.core.session.IoSession;

/**
 * The connections that are closing. Each one sends its queued bytes first, and reads until the peer closes or is quiet.
 * If it closed with unread input in the kernel, TCP would discard the output that the peer has not read, such as the
 * stream error. A peer that does not read gets a few seconds.
 */
final class ClosingConnections implements AutoCloseable {
    private static final long CHECK_MILLIS = 50;
    private static final int MAX_CHECKS = 100;

    private final ScheduledThreadPoolExecutor clock =
            new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().name("lingering").daemon().factory());

    ClosingConnections() { clock.setRemoveOnCancelPolicy(true); }

    /**
     * Closes a connection when no bytes are under way in either direction.
     *
     * @param tooSlow called before the connection of a peer closes that has not read everything
     */
    void closeSoon(IoSession session, Runnable tooSlow) {
        session.resumeRead();
        if (clock.isShutdown()) session.closeNow();
        else new Farewell(session, tooSlow).begin();
    }

    /** The end of one connection. On the clock's thread. */
    private final class Farewell implements Runnable {
        private final IoSession session;
        private final Runnable tooSlow;
        private int checks;
        private long received; // bytes

        Farewell(IoSession session, Runnable tooSlow) {
            this.session = session;
            this.tooSlow = tooSlow;
            this.received = session.getReadBytes();
        }

        void begin() {
            var check = clock.scheduleWithFixedDelay(this, CHECK_MILLIS, CHECK_MILLIS, TimeUnit.MILLISECONDS);
            session.getCloseFuture().addListener(_ -> check.cancel(false));
        }

        @Override public void run() {
            long before = received;
            received = session.getReadBytes();
            boolean sent = session.getScheduledWriteMessages() == 0;
            if (++checks < MAX_CHECKS && !(sent && received == before)) return;
            if (!sent) tooSlow.run();
            session.closeNow();
        }
    }

    @Override public void close() { clock.shutdownNow(); }
}
