package im.martlet.im;

import im.martlet.session.Account;
import im.martlet.session.AccountLog;
import im.martlet.session.Credit;
import im.martlet.session.Session;
import im.martlet.session.Slots;
import im.martlet.session.UnackedStanza;
import im.martlet.storage.db.StorageException;
import im.martlet.storage.key.LogId;
import im.martlet.storage.log.Archive;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Catch-up: a session receives the log entries that were stored while the account had no session for them. The state
 * machine of one session is {@link State}; {@code docs/DELIVERY.md} shows its transitions.
 *
 * <p>While a session is behind, new messages for it are appended to the log and owed to it: it reaches them in the
 * order of the log. Messages that are not logged are sent to it at once. Everything runs on the account's mailbox,
 * except the reading of the archive.
 */
public final class CatchUp {
    private static final Logger LOG = LoggerFactory.getLogger(CatchUp.class);
    private static final int SCANNED_AT_ONCE = 100; // entries, when none of them is sent
    private static final int BATCH = 5; // OutboundQueue keeps as many of the largest stanzas without ending the session
    private static final int MOST_OWED = 20_000; // entries

    private static final State START = new Current(new ArchiveReads(0, 0));
    private static final Slots.Key<State> STATE = Slots.Key.of("catch-up", () -> START);

    /**
     * The archive queries of a session.
     *
     * @param through the client has read its archive up to this log id; 0 if it has not. Catch-up does not send those
     * entries again
     * @param open archive queries that the server has not answered yet
     */
    record ArchiveReads(long through, int open) {}

    /** The phase of one session. */
    sealed interface State {
        ArchiveReads reads();

        /** Returns the state after an archive query began or ended. */
        State with(ArchiveReads reads);
    }

    /** The session is not behind: it gets each message when the message arrives. The log owes it nothing. */
    record Current(ArchiveReads reads) implements State {
        @Override public State with(ArchiveReads reads) { return new Current(reads); }
    }

    /**
     * The session is behind: messages in the log wait for it, and it gets later logged messages after them.
     *
     * <p>{@code owed} holds entries that did not wait when the session fell behind, but that it will reach: newer
     * entries, and entries that another session left. Each is after {@code cursor}.
     */
    sealed interface Behind extends State {
        /** Returns the log id up to which the session has received, read or skipped all entries. */
        long cursor();

        /** Returns the newest log id when the session fell behind. The session reaches all waiting entries up to it. */
        long startHead();

        /** Returns the log ids that the session will reach besides the entries that waited at the start. */
        TreeSet<Long> owed();
    }

    /**
     * The session is behind and its client reads the archive first. At least one archive query is open. Nothing is sent
     * from the log until all are answered, because the client may read these entries in the archive (XEP-0313 §6.1.1).
     */
    record ReadingArchive(ArchiveReads reads, long cursor, long startHead, TreeSet<Long> owed) implements Behind {
        @Override public State with(ArchiveReads reads) {
            return reads.open() > 0 ? new ReadingArchive(reads, cursor, startHead, owed)
                    : new SendingBacklog(reads, cursor, startHead, owed);
        }
    }

    /**
     * The session is behind and gets batches from the log. At most one batch is under way. It waits for room in the
     * outbound queue, then for the writes of the log, for the link and for the database.
     */
    record SendingBacklog(ArchiveReads reads, long cursor, long startHead, TreeSet<Long> owed) implements Behind {
        @Override public State with(ArchiveReads reads) {
            return new SendingBacklog(reads, cursor, startHead, owed);
        }

        SendingBacklog at(long cursor) { return new SendingBacklog(reads, cursor, startHead, owed); }
    }

    private final Archive archive;
    private final Redelivery redelivery;

    @Inject CatchUp(Archive archive, Redelivery redelivery) {
        this.archive = archive;
        this.redelivery = redelivery;
    }

    // ---- questions

    private static State state(Session session) { return session.peek(STATE); }

    /** Returns true if the session gets logged messages later, in the order of the log. */
    public static boolean isBehind(Session session) {
        return state(session) instanceof Behind;
    }

    /** Returns true if the session is behind and wants messages and has not passed a log entry yet. */
    static boolean willReach(Session session, long id) {
        return state(session) instanceof Behind behind && session.wantsMessages() && behind.cursor() < id;
    }

    /** Returns true if a log entry is in {@link Behind#owed}. */
    public static boolean isOwed(Session session, long id) {
        return state(session) instanceof Behind behind && behind.owed().contains(id);
    }

    /** Returns the stanzas that a session did not acknowledge, then the log entries that it has not reached. */
    public static List<UnackedStanza> unreceived(Session session) {
        var all = new ArrayList<>(session.leftOver());
        if (state(session) instanceof Behind behind) all.addAll(logged(behind.owed()));
        return all;
    }

    private static List<UnackedStanza> logged(Set<Long> ids) {
        return ids.stream().<UnackedStanza>map(id -> new UnackedStanza.Logged(id, LogId.time(id))).toList();
    }

    // ---- new messages

    /**
     * Notes that a session will reach this log entry, even if another session gets it first. Ends the session if the
     * log owes it too many entries. Does nothing for a session that is not behind.
     */
    static void owe(Session session, long id) {
        if (!(state(session) instanceof Behind behind)) return;
        behind.owed().add(id);
        if (behind.owed().size() > MOST_OWED) session.overflow();
    }

    /** Like {@link #owe}, for an entry that no other session gets. The entry counts as sent until then. */
    static void oweAlone(Session session, long id) {
        owe(session, id);
        session.account().log().sent(id);
    }

    // ---- transitions

    /** Makes a session catch up if entries wait in the log. The session has just begun to want messages. */
    void start(Session session) {
        var log = session.account().log();
        if (!(state(session) instanceof Current(var reads)) || !log.hasWaiting()) return;
        if (reads.open() > 0)
            session.put(STATE, new ReadingArchive(reads, log.waitingAfter(), log.head(), new TreeSet<>()));
        else next(session, new SendingBacklog(reads, log.waitingAfter(), log.head(), new TreeSet<>()));
    }

    /** Notes that a client queries its whole archive, unfiltered. Catch-up waits until the query is answered. */
    public void archiveQueryBegins(Session session) {
        var reads = state(session).reads();
        session.put(STATE, state(session).with(new ArchiveReads(reads.through(), reads.open() + 1)));
    }

    /**
     * Notes that an archive query was answered, or failed.
     *
     * @param after the answer has nothing up to this log id
     * @param through the answer has all entries after {@code after} up to this log id, perhaps page by page; 0 if the
     * query failed
     */
    public void archiveQueryEnds(Session session, long after, long through) {
        var before = state(session);
        long read = before.reads().through();
        if (after <= Math.max(session.account().log().waitingAfter(), read)) read = Math.max(through, read);
        var now = before.with(new ArchiveReads(read, before.reads().open() - 1));
        session.put(STATE, now);
        if (before instanceof ReadingArchive && now instanceof SendingBacklog ready) next(session, ready);
    }

    /**
     * Leaves the archived entries that wait to the client, which reads them in the archive (XEP-0386 §3.2). They do not
     * wait for any session any more. An entry that is not archived continues to wait, and so do all entries after it.
     */
    public void leaveToArchive(Session session) {
        var account = session.account();
        var log = account.log();
        long head = log.head();
        session.put(STATE, state(session).with(new ArchiveReads(head, state(session).reads().open())));
        if (!log.hasWaiting()) return;
        long cursor = log.waitingAfter();
        log.whenWritten(head, () -> Thread.ofVirtual().name("offline").start(() -> {
            try {
                long through = archivedThrough(account, cursor, head);
                account.tell(Credit.UNLIMITED, () -> account.log().endWaiting(through));
            } catch (StorageException e) { // the next session gets the messages
                LOG.warn("the messages that wait for {} cannot be read now: {}", account, e.getMessage());
            }
        }));
    }

    /** Returns the log id up to which all waiting entries are archived. Reads; not on the mailbox. */
    private long archivedThrough(Account account, long after, long through) {
        for (long cursor = after;;) {
            var batch = archive.incoming(account.existingKey(), cursor, through, SCANNED_AT_ONCE);
            var unarchived = batch.stream().filter(entry -> !entry.history()).findFirst();
            if (unarchived.isPresent()) return unarchived.get().id() - 1;
            if (batch.size() < SCANNED_AT_ONCE) return through;
            cursor = batch.getLast().id();
        }
    }

    /** Ends catch-up without its remaining entries. They wait for the next session or go to other sessions. */
    private void stop(Session session) {
        if (state(session) instanceof Behind behind) {
            session.put(STATE, new Current(behind.reads()));
            redelivery.redeliver(session.account(), logged(behind.owed()));
        }
    }

    /** Forgets all for a session that has ended. */
    public static void forget(Session session) {
        session.put(STATE, START);
    }

    // ---- batches

    /** Reads the next batch, or ends catch-up. Messages that arrive meanwhile are at the end of the log. */
    private void next(Session session, SendingBacklog state) {
        var log = session.account().log();
        long cursor = state.cursor();
        long head = log.head();
        if (cursor >= head) {
            session.put(STATE, new Current(state.reads()));
            log.endWaiting(head);
            return;
        }
        session.put(STATE, state);
        session.whenRoomy(() -> log.whenWritten(head, () -> session.link()
                .whenReady(() -> Thread.ofVirtual().name("offline").start(() -> read(session, cursor, head)))));
    }

    /** Not on the mailbox. */
    private void read(Session session, long cursor, long head) {
        var account = session.account();
        try {
            var batch = archive.incoming(account.existingKey(), cursor, head, BATCH);
            long through = batch.size() < BATCH ? head : batch.getLast().id();
            account.tell(Credit.UNLIMITED, () -> send(session, batch, through));
        } catch (StorageException e) { // the entries wait for the next time
            LOG.warn("the messages that wait for {} cannot be read now: {}", account, e.getMessage());
            account.tell(Credit.UNLIMITED, () -> stop(session));
        }
    }

    private void send(Session session, List<Archive.Entry> batch, long through) {
        if (!(state(session) instanceof SendingBacklog state)) return; // the session has ended
        if (!session.wantsMessages()) {
            stop(session);
            return;
        }
        var log = session.account().log();
        var sent = new HashSet<Long>();
        for (var entry : batch) if (isFor(state, entry.id(), log) && send(session, state, entry)) sent.add(entry.id());
        settleReached(state, through, sent, log);
        log.endWaiting(through);
        next(session, state.at(through));
    }

    private static boolean isFor(SendingBacklog state, long id, AccountLog log) {
        return state.owed().contains(id) || id <= state.startHead() && !log.isAhead(id);
    }

    /** Sends an entry, unless the client has read it in the archive. Returns true if it was sent. */
    private static boolean send(Session session, SendingBacklog state, Archive.Entry entry) {
        var account = session.account();
        try {
            var message = Redelivery.fromLog(entry, account);
            var archived = Redelivery.archiveId(message, account);
            if (archived.isPresent() && archived.getAsLong() <= state.reads().through()) return false;
            session.send(Redelivery.delayed(message, LogId.time(entry.id()), account));
            return true;
        } catch (IllegalStateException damaged) { // it must not keep the other entries from delivery
            LOG.error("an entry in the log of {} cannot be read: {}", account, entry.id(), damaged);
            return false;
        }
    }

    /** Settles owed entries up to a log id. The session has read the unsent ones in the archive, or they are gone. */
    private static void settleReached(SendingBacklog state, long through, Set<Long> sent, AccountLog log) {
        var reached = state.owed().headSet(through, true);
        reached.stream().filter(id -> !sent.contains(id)).forEach(log::acknowledged);
        reached.clear();
    }
}
