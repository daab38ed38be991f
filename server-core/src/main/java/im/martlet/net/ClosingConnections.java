package im.martlet.net;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.mina.core.session.IoSession;

/**
 * Connections that are closing. What they have left to send goes out first, and the peer is read from until it closes
 * or is quiet: closing with unread bytes in the kernel makes TCP throw away what the peer has not read, our last words.
 * A peer that does not read gets a few seconds.
 */
final class ClosingConnections implements AutoCloseable {
    private static final long LOOK_EVERY_MILLIS = 50;
    private static final int MOST_LOOKS = 100;

    private final ScheduledThreadPoolExecutor clock =
            new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().name("lingering").daemon().factory());

    ClosingConnections() { clock.setRemoveOnCancelPolicy(true); }

    /**
     * Closes a connection when nothing is under way in either direction.
     *
     * @param tooSlow is called before a peer is given up that has not read everything
     */
    void closeSoon(IoSession session, Runnable tooSlow) {
        session.resumeRead();
        if (clock.isShutdown()) session.closeNow();
        else new Farewell(session, tooSlow).begin();
    }

    /** One connection's end; on the clock's thread. */
    private final class Farewell implements Runnable {
        private final IoSession session;
        private final Runnable tooSlow;
        private int looks;
        private long heard;

        Farewell(IoSession session, Runnable tooSlow) {
            this.session = session;
            this.tooSlow = tooSlow;
            this.heard = session.getReadBytes();
        }

        void begin() {
            var looking =
                    clock.scheduleWithFixedDelay(this, LOOK_EVERY_MILLIS, LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
            session.getCloseFuture().addListener(_ -> looking.cancel(false));
        }

        @Override public void run() {
            long before = heard;
            heard = session.getReadBytes();
            boolean sent = session.getScheduledWriteMessages() == 0;
            if (++looks < MOST_LOOKS && !(sent && heard == before)) return;
            if (!sent) tooSlow.run();
            session.closeNow();
        }
    }

    @Override public void close() { clock.shutdownNow(); }
}
