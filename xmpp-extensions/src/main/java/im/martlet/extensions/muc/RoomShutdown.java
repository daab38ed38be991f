package im.martlet.extensions.muc;

import im.martlet.session.AccountDirectory;
import im.martlet.session.Credit;
import im.martlet.session.Mailboxes;
import im.martlet.session.StanzaTransaction;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells all occupants that the server stops (XEP-0045 §11.2). */
final class RoomShutdown {
    private static final Logger LOG = LoggerFactory.getLogger(RoomShutdown.class);
    private static final int PATIENCE = 3; // seconds, for each of two waits

    private final LiveRooms rooms;
    private final LeaveHandler leaveHandler;
    private final Mailboxes mailboxes;
    private final AccountDirectory directory;

    @Inject RoomShutdown(LiveRooms rooms, LeaveHandler leaveHandler, Mailboxes mailboxes, AccountDirectory directory) {
        this.rooms = rooms;
        this.leaveHandler = leaveHandler;
        this.mailboxes = mailboxes;
        this.directory = directory;
    }

    /** Removes all occupants. When this returns, their presence is on its way or the patience has ended. */
    void run() {
        rooms.close();
        var all = rooms.all().toList();
        var left = new CountDownLatch(all.size());
        for (var live : all) mailboxes.tell(live.address(), Credit.UNLIMITED, () -> {
            leaveHandler.removeAll(live.room(), List.of(), StanzaTransaction.NONE, LeaveHandler.SHUTDOWN);
            left.countDown();
        });
        await(left);
        var accounts = directory.live().map(account -> account.jid()).toList();
        var delivered = new CountDownLatch(accounts.size());
        accounts.forEach(account -> directory.tell(account, Credit.UNLIMITED, _ -> delivered.countDown()));
        await(delivered);
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(PATIENCE, TimeUnit.SECONDS))
                LOG.warn("the server stops, but some occupants of rooms could not be told within {} seconds", PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
