package im.martlet.im;

import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.SessionEvent;
import im.martlet.extension.Xep;
import im.martlet.session.Credit;
import im.martlet.session.Session;
import im.martlet.session.Slots;
import im.martlet.storage.Archive;
import im.martlet.storage.LogId;
import im.martlet.storage.StorageException;
import jakarta.inject.Inject;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * XEP-0160: what came while nobody was here is delivered to the first session that wants messages. It is no store of its
 * own but the part of the log behind the delivered mark; a client that has read that part in the archive is not given it again.
 */
@Xep(number = 160, title = "Best Practices for Handling Offline Messages", version = "1.0.1")
public final class OfflineQueue implements Extension {
    private static final Logger LOG = LoggerFactory.getLogger(OfflineQueue.class);
    /** How far a session has read its history: it is not given that again. */
    private static final Slots.Key<Long> READ = Slots.Key.of("offline.read", () -> 0L);
    private static final int BATCH = 10; // of the largest stanzas no more than may wait for a client

    private final Archive archive;

    @Inject OfflineQueue(Archive archive) { this.archive = archive; }

    @Override public List<Hook> hooks() {
        return List.of(Hook.feature("msgoffline"), Hook.onSession(event -> {
            if (event instanceof SessionEvent.ReadyForMessages(var session) && session.account().log().hasWaiting() && !session.isBehind()) {
                session.behind(true);
                catchUp(session, session.account().log().waitingAfter());
            }
        }));
    }

    /**
     * A session has read history: everything between two places.
     *
     * @param after it has read nothing up to here
     */
    public static void hasRead(Session session, long after, long through) {
        if (after <= Math.max(session.account().log().waitingAfter(), session.get(READ))) session.put(READ, Math.max(through, session.get(READ)));
    }

    /** Goes on behind {@code cursor}; what comes meanwhile goes to the end of the log, and so is reached in its order. */
    private void catchUp(Session session, long cursor) {
        var log = session.account().log();
        long head = log.head();
        if (cursor >= head) {
            session.behind(false);
            log.waitsNoLonger(head);
        } else log.whenWritten(head, () -> session.link().whenReady(() -> Thread.ofVirtual().name("offline").start(() -> read(session, cursor, head))));
    }

    /** Beside the mailbox. */
    private void read(Session session, long cursor, long head) {
        var account = session.account();
        try {
            var batch = archive.incoming(account.existingKey(), cursor, head, BATCH);
            account.tell(Credit.UNLIMITED, () -> give(session, batch, batch.size() < BATCH ? head : batch.getLast().id()));
        } catch (StorageException e) {
            LOG.warn("the messages that wait for {} cannot be read now: {}", account, e.getMessage());
            account.tell(Credit.UNLIMITED, () -> session.behind(false)); // they wait for the next time
        }
    }

    private void give(Session session, List<Archive.Entry> batch, long cursor) {
        if (!session.account().sessions().contains(session)) return;
        if (!session.wantsMessages()) {
            session.behind(false);
            return;
        }
        long read = session.get(READ);
        for (var entry : batch) if (!entry.history() || entry.id() > read) try {
            session.send(LateDelivery.late(LateDelivery.inLog(entry, session.account()), LogId.time(entry.id()), session.account()));
        } catch (IllegalStateException damaged) { // it must not keep the others from being delivered
            LOG.error("an entry in the log of {} cannot be read: {}", session.account(), entry.id(), damaged);
        }
        session.account().log().waitsNoLonger(cursor);
        catchUp(session, cursor);
    }
}
