package im.martlet.im;

import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.SessionEvent;
import im.martlet.extension.Xep;
import im.martlet.session.Account;
import im.martlet.session.Credit;
import im.martlet.session.Session;
import im.martlet.session.Slots;
import im.martlet.storage.db.StorageException;
import im.martlet.storage.key.LogId;
import im.martlet.storage.log.Archive;
import jakarta.inject.Inject;
import java.util.HashSet;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * XEP-0160: what came while nobody was here is delivered to the first session that wants messages. It is no store of
 * its own but the part of the log behind the delivered mark.
 *
 * <p>A client that asks for its history before it sends presence reads that part there, and is not given it again
 * (XEP-0313 §6.1.1); only what is in no archive. It is known by its first question, if that is for everything from the
 * delivered mark or before it on, in either direction: the other pages are its business. Who sends presence first is
 * given what waits, since nobody can know that a question will follow; it tells what it reads twice by the id
 * (XEP-0359).
 */
@Xep(number = 160, title = "Best Practices for Handling Offline Messages", version = "1.0.1")
public final class OfflineMessages implements Extension {
    private static final Logger LOG = LoggerFactory.getLogger(OfflineMessages.class);
    /** How far a session has read its history: it is not given that again. */
    private static final Slots.Key<Long> READ = Slots.Key.of("offline.read", () -> 0L);
    /** Questions for history that are not answered yet, and what is to be done when they are. */
    private static final Slots.Key<Integer> READING = Slots.Key.of("offline.reading", () -> 0);
    /** How far a session has been given what waits. */
    private static final Slots.Key<Long> CURSOR = Slots.Key.of("offline.cursor", () -> 0L);
    /** Where the log ended when that began: of what has come since it is known whether the session comes to it. */
    private static final Slots.Key<Long> BEGAN = Slots.Key.of("offline.began", () -> 0L);
    private static final Runnable NOTHING = () -> {};
    private static final Slots.Key<Runnable> NEXT = Slots.Key.of("offline.next", () -> NOTHING);
    private static final int LOOKED_AT = 100; // in one go, where nothing of them is sent
    private static final int BATCH = 5; // of the largest stanzas no more than cost a session nothing, see Outbound

    private final Archive archive;
    private final Redelivery late;

    @Inject OfflineMessages(Archive archive, Redelivery late) {
        this.archive = archive;
        this.late = late;
    }

    @Override public List<Hook> hooks() {
        return List.of(Hook.feature("msgoffline"), Hook.onSession(event -> {
            if (event instanceof SessionEvent.ReadyForMessages(var session) && session.account().log().hasWaiting()
                    && !session.isBehind()) {
                session.behind(true);
                long cursor = session.account().log().waitingAfter();
                session.put(CURSOR, cursor);
                session.put(BEGAN, session.account().log().head());
                whenRead(session, () -> catchUp(session, cursor));
            }
        }));
    }

    /** A session begins to read history: what waits for it, should it want that now, waits until this is over. */
    public static void reads(Session session) {
        session.put(READING, session.get(READING) + 1);
    }

    /**
     * A session has read history, or it could not be read.
     *
     * @param after it reads nothing up to here
     * @param through and everything from there up to here, be it page by page
     */
    public static void hasRead(Session session, long after, long through) {
        if (after <= Math.max(session.account().log().waitingAfter(), session.get(READ)))
            session.put(READ, Math.max(through, session.get(READ)));
        session.put(READING, session.get(READING) - 1);
        if (session.get(READING) > 0) return;
        var next = session.get(NEXT);
        session.put(NEXT, NOTHING);
        next.run();
    }

    /**
     * A session will read in the archive what waits and is there (XEP-0386 §3.2): nobody is delivered that any more.
     * What is in no archive goes on waiting, and so does what came behind it.
     */
    public void leaveToArchive(Session session) {
        var account = session.account();
        var log = account.log();
        long head = log.head();
        session.put(READ, head);
        if (!log.hasWaiting()) return;
        long cursor = log.waitingAfter();
        log.whenWritten(head, () -> Thread.ofVirtual().name("offline").start(() -> {
            try {
                long through = archived(account, cursor, head);
                account.tell(Credit.UNLIMITED, () -> account.log().waitsNoLonger(through));
            } catch (StorageException e) {
                LOG.warn("the messages that wait for {} cannot be read now: {}", account, e.getMessage()); // they are delivered, then
            }
        }));
    }

    /** How far everything that waits is in the archive; beside the mailbox. */
    private long archived(Account account, long after, long through) {
        for (long cursor = after;;) {
            var batch = archive.incoming(account.existingKey(), cursor, through, LOOKED_AT);
            var other = batch.stream().filter(entry -> !entry.history()).findFirst();
            if (other.isPresent()) return other.get().id() - 1;
            if (batch.size() < LOOKED_AT) return through;
            cursor = batch.getLast().id();
        }
    }

    /** Whether a session is being given what waits, and comes to an entry yet. */
    static boolean isBefore(Session session, long id) {
        return session.isBehind() && session.wantsMessages() && session.get(CURSOR) < id;
    }

    private static void whenRead(Session session, Runnable action) {
        if (session.get(READING) == 0) action.run();
        else session.put(NEXT, action);
    }

    /**
     * Goes on behind {@code cursor}; what comes meanwhile goes to the end of the log, and so is reached in its order.
     */
    private void catchUp(Session session, long cursor) {
        var log = session.account().log();
        long head = log.head();
        if (cursor >= head) {
            session.behind(false);
            log.waitsNoLonger(head);
        } else session.whenRoomy(() -> log.whenWritten(head, () -> session.link()
                .whenReady(() -> Thread.ofVirtual().name("offline").start(() -> read(session, cursor, head)))));
    }

    /** Beside the mailbox. */
    private void read(Session session, long cursor, long head) {
        var account = session.account();
        try {
            var batch = archive.incoming(account.existingKey(), cursor, head, BATCH);
            account.tell(Credit.UNLIMITED,
                    () -> give(session, batch, batch.size() < BATCH ? head : batch.getLast().id()));
        } catch (StorageException e) {
            LOG.warn("the messages that wait for {} cannot be read now: {}", account, e.getMessage());
            account.tell(Credit.UNLIMITED, () -> stop(session)); // they wait for the next time
        }
    }

    /** What only this session was to come to goes the way of what a session leaves over. */
    private void stop(Session session) {
        session.behind(false);
        late.handOn(session.account(), session.stopsComing());
    }

    private void give(Session session, List<Archive.Entry> batch, long cursor) {
        if (!session.account().sessions().contains(session)) return;
        if (!session.wantsMessages()) {
            stop(session);
            return;
        }
        long read = session.get(READ);
        var log = session.account().log();
        var sent = new HashSet<Long>();
        long began = session.get(BEGAN);
        for (var entry : batch)
            if (session.isComingTo(entry.id()) || entry.id() <= began && !log.isAhead(entry.id())) try {
                var message = Redelivery.inLog(entry, session.account());
                var place = Redelivery.place(message, session.account());
                if (place.isPresent() && place.getAsLong() <= read) continue;
                session.send(Redelivery.late(message, LogId.time(entry.id()), session.account()));
                sent.add(entry.id());
            } catch (IllegalStateException damaged) { // it must not keep the others from being delivered
                LOG.error("an entry in the log of {} cannot be read: {}", session.account(), entry.id(), damaged);
            }
        session.put(CURSOR, cursor);
        session.hasComeTo(cursor, sent);
        log.waitsNoLonger(cursor);
        catchUp(session, cursor);
    }
}
