package im.martlet.net;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.mina.core.session.IoSession;

/** Connections that are closing and may have something left to send: a peer that does not read gets a few seconds. */
final class Lingering implements AutoCloseable {
    private static final long SECONDS = 5;

    private final ScheduledThreadPoolExecutor clock =
            new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().name("lingering").daemon().factory());

    Lingering() { clock.setRemoveOnCancelPolicy(true); }

    void closeSoon(IoSession session) {
        if (clock.isShutdown()) {
            session.closeNow();
            return;
        }
        var givingUp = clock.schedule(() -> { session.closeNow(); }, SECONDS, TimeUnit.SECONDS);
        session.closeOnFlush().addListener(_ -> givingUp.cancel(false));
    }

    @Override public void close() { clock.shutdownNow(); }
}
