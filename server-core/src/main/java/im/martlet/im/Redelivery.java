package im.martlet.im;

import im.martlet.session.Account;
import im.martlet.session.JournalCommits;
import im.martlet.session.OutboundQueue;
import im.martlet.session.Session;
import im.martlet.session.UnackedStanza;
import im.martlet.stanza.Message;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaIds;
import im.martlet.stanza.StoredStanza;
import im.martlet.storage.db.StorageException;
import im.martlet.storage.log.Archive;
import im.martlet.storage.log.Journal.Write.Append;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages that could not be delivered when they came, or may not have been: they say since when they wait (XEP-0203).
 */
public final class Redelivery {
    private static final Logger LOG = LoggerFactory.getLogger(Redelivery.class);

    private final Archive archive;
    private final JournalCommits commits;

    @Inject Redelivery(Archive archive, JournalCommits commits) {
        this.archive = archive;
        this.commits = commits;
    }

    /**
     * Delivers what a session has not acknowledged, or not come to, and no other session has or comes to either: as if
     * it came for one that is not here, and never twice to anybody. What cannot be read now waits for the next session.
     */
    public void handOn(Account account, List<UnackedStanza> left) {
        if (left.isEmpty()) return;
        var elsewhere = account.sessions().stream().flatMap(s -> s.owed().stream()).map(UnackedStanza::log)
                .collect(Collectors.toSet());
        for (UnackedStanza kept : left)
            if (account.log().isUnacknowledged(kept.log()) && !elsewhere.contains(kept.log())) try {
                deliver(account, kept);
            } catch (StorageException e) {
                LOG.warn("what is left of a session of {} cannot be read now: {}", account, e.getMessage());
                account.log().waits(kept.log());
            }
    }

    /** To the other sessions that want messages, or, when there are none, to the next that comes. */
    private void deliver(Account account, UnackedStanza kept) {
        var others = account.sessions().stream().filter(s -> s.wantsMessages() && !s.isBehind()).toList();
        if (others.isEmpty()) {
            var before = account.sessions().stream().filter(s -> OfflineMessages.isBefore(s, kept.log())).toList();
            if (!before.isEmpty()) {
                before.getFirst().isSentLater(kept.log());
                return;
            }
            boolean passed = account.sessions().stream().anyMatch(Session::isBehind); // who is being given what waits may be beyond its place
            if (passed || !account.log().waitsAgain(kept.log())) appendAgain(account, kept);
            return;
        }
        var message = late(message(account, kept), kept.since(), account);
        others.forEach(session -> session.send(message));
    }

    /**
     * What came later has been delivered, and the delivered mark is only one: so it waits at the end, as what is no
     * history.
     */
    private void appendAgain(Account account, UnackedStanza kept) {
        var log = account.log();
        var message = late(message(account, kept), kept.since(), account);
        long id = log.append();
        var entry = new Archive.Entry(id, message.from(), true, false, Optional.empty(), StoredStanza.bytes(message));
        commits.submit(List.of(new Append(account.existingKey(), entry)), () -> log.written(id), () -> log.written(id));
        log.waits(id);
        account.sessions().stream().filter(Session::isBehind).forEach(session -> session.comesTo(id));
        log.isReplaced(kept.log());
    }

    /** A message that is in no log, as if it came for the account once more. */
    public Message again(UnackedStanza kept, Account account) {
        return late(message(account, kept), kept.since(), account).withTo(account.jid());
    }

    /** How what was kept for a session is sent to it when it is resumed. */
    public OutboundQueue.DelayPolicy to(Session session) {
        return new OutboundQueue.DelayPolicy() {
            @Override public Stanza now(UnackedStanza kept) {
                return kept instanceof UnackedStanza.Whole(var stanza, _) ? stanza : message(session.account(), kept);
            }

            @Override public Stanza late(UnackedStanza kept) {
                var stanza = now(kept);
                return stanza instanceof Message m ? Redelivery.late(m, kept.since(), session.account()) : stanza;
            }
        };
    }

    private Message message(Account account, UnackedStanza kept) {
        if (kept instanceof UnackedStanza.Whole(Message m, _) && (m.log() == 0 || !m.from().equals(account.jid())))
            return m; // and no copy (XEP-0280) of it
        return archive.incoming(account.existingKey(), kept.log() - 1, kept.log(), 1).stream().findFirst()
                .map(entry -> inLog(entry, account))
                .orElseGet(() -> new Message(Message.Type.NORMAL, account.jid(), account.jid(), "", "",
                        im.martlet.stanza.Payload.EMPTY)); // forgotten meanwhile
    }

    /** A message out of the log, as it was delivered or should have been. */
    static Message inLog(Archive.Entry entry, Account account) {
        var message = StoredStanza.read(entry.stanza()).logged(entry.id());
        return entry.history() ? StanzaIds.stamp(message, account.jid()) : message;
    }

    /**
     * Where a message out of the log stands in the archive, if it does: what was appended again has its place there
     * before.
     */
    static OptionalLong place(Message message, Account account) {
        return StanzaIds.of(message, account.jid());
    }

    /** A message with a note of when it should have been delivered, unless there is one. */
    static Message late(Message message, Instant since, Account account) {
        return late(message, since, account.jid().domain());
    }

    /** A message with a note of since when a domain has had it, unless there is one. */
    public static Message late(Message message, Instant since, String domain) {
        if (message.payload().elements().stream()
                .anyMatch(e -> e.is(Namespaces.DELAY, "delay") && e.attribute("from").equals(Optional.of(domain))))
            return message;
        var delay = Element.of(Namespaces.DELAY, "delay").with("from", domain).with("stamp",
                since.truncatedTo(ChronoUnit.MILLIS));
        return message.with(message.payload().with(delay));
    }
}
