package im.martlet.im;

import im.martlet.session.Account;
import im.martlet.session.JournalCommits;
import im.martlet.session.OutboundQueue;
import im.martlet.session.Session;
import im.martlet.session.UnackedStanza;
import im.martlet.stanza.Message;
import im.martlet.stanza.Payload;
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
 * Delivers messages again that a session may not have received. Each carries the time of the first attempt (XEP-0203).
 * On the account's mailbox.
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
     * Redelivers logged stanzas that a session did not acknowledge or did not reach. Skips a stanza that another
     * session acknowledged, or that another session still has or will reach. So no session gets it twice. If the
     * database cannot be read now, the stanza waits for the next session.
     */
    public void redeliver(Account account, List<UnackedStanza> unreceived) {
        if (unreceived.isEmpty()) return;
        var elsewhere = account.sessions().stream().flatMap(s -> CatchUp.unreceived(s).stream())
                .map(UnackedStanza::log).collect(Collectors.toSet());
        for (UnackedStanza unacked : unreceived)
            if (account.log().isUnacknowledged(unacked.log()) && !elsewhere.contains(unacked.log())) try {
                deliver(account, unacked);
            } catch (StorageException e) {
                LOG.warn("an unacknowledged message for {} cannot be read now and waits for the next session: {}",
                        account, e.getMessage());
                account.log().addWaiting(unacked.log());
            }
    }

    /** Sends a stanza to the other sessions that want messages. If there is none, it goes to the next session. */
    private void deliver(Account account, UnackedStanza unacked) {
        var others = account.sessions().stream().filter(s -> s.wantsMessages() && !CatchUp.isBehind(s)).toList();
        if (others.isEmpty()) toNext(account, unacked);
        else {
            var message = delayed(message(account, unacked), unacked.since(), account);
            others.forEach(session -> session.send(message));
        }
    }

    private void toNext(Account account, UnackedStanza unacked) {
        long id = unacked.log();
        var catchingUp = account.sessions().stream().filter(s -> CatchUp.willReach(s, id)).findFirst();
        if (catchingUp.isPresent()) {
            CatchUp.oweAlone(catchingUp.get(), id);
            return;
        }
        // a session that catches up may have passed the entry
        boolean passed = account.sessions().stream().anyMatch(CatchUp::isBehind);
        if (passed || !account.log().waitAgain(id)) appendAgain(account, unacked);
    }

    /**
     * Appends a copy of a stanza at the end of the log, marked as not archived. Later entries are delivered already and
     * there is a single delivered mark, so the stanza cannot wait in its place.
     */
    private void appendAgain(Account account, UnackedStanza unacked) {
        var log = account.log();
        var message = delayed(message(account, unacked), unacked.since(), account);
        long id = log.append();
        var entry = new Archive.Entry(id, message.from(), true, false, Optional.empty(), StoredStanza.bytes(message));
        commits.submit(List.of(new Append(account.existingKey(), entry)), () -> log.written(id), () -> log.written(id));
        log.addWaiting(id);
        account.sessions().stream().filter(CatchUp::isBehind).forEach(session -> CatchUp.owe(session, id));
        log.replaced(unacked.log());
    }

    /** Returns a message that is not logged, addressed to the account, as if it had just arrived. */
    public Message readdressed(UnackedStanza unacked, Account account) {
        return delayed(message(account, unacked), unacked.since(), account).withTo(account.jid());
    }

    /** Returns the policy by which a resumed session gets the stanzas that were kept for it. */
    public OutboundQueue.DelayPolicy delayPolicy(Session session) {
        return new OutboundQueue.DelayPolicy() {
            @Override public Stanza unchanged(UnackedStanza unacked) {
                return unacked instanceof UnackedStanza.Whole(var stanza, _) ? stanza
                        : message(session.account(), unacked);
            }

            @Override public Stanza delayed(UnackedStanza unacked) {
                var stanza = unchanged(unacked);
                return stanza instanceof Message m ? Redelivery.delayed(m, unacked.since(), session.account()) : stanza;
            }
        };
    }

    private Message message(Account account, UnackedStanza unacked) {
        if (unacked instanceof UnackedStanza.Whole(Message m, _) && (m.log() == 0 || !m.from().equals(account.jid())))
            return m;
        // a copy (XEP-0280) is replaced by its original; a message that retention has deleted becomes an empty one
        return archive.incoming(account.existingKey(), unacked.log() - 1, unacked.log(), 1).stream().findFirst()
                .map(entry -> fromLog(entry, account))
                .orElseGet(() -> new Message(Message.Type.NORMAL, account.jid(), account.jid(), "", "",
                        Payload.EMPTY));
    }

    /** Returns the message of a log entry in the form in which it is delivered. */
    static Message fromLog(Archive.Entry entry, Account account) {
        var message = StoredStanza.read(entry.stanza()).logged(entry.id());
        return entry.history() ? StanzaIds.stamp(message, account.jid()) : message;
    }

    /**
     * Returns the id of a logged message in the archive; empty if it is not archived. A message that was appended again
     * has the id of its first entry.
     */
    static OptionalLong archiveId(Message message, Account account) {
        return StanzaIds.of(message, account.jid());
    }

    /** Returns a message with a delay element for the time of the first delivery attempt, unless it has one. */
    static Message delayed(Message message, Instant since, Account account) {
        return delayed(message, since, account.jid().domain());
    }

    /** Returns a message with a delay element for the time since which a domain has had it, unless it has one. */
    public static Message delayed(Message message, Instant since, String domain) {
        if (message.payload().elements().stream()
                .anyMatch(e -> e.is(Namespaces.DELAY, "delay") && e.attribute("from").equals(Optional.of(domain))))
            return message;
        var delay = Element.of(Namespaces.DELAY, "delay").with("from", domain).with("stamp",
                since.truncatedTo(ChronoUnit.MILLIS));
        return message.with(message.payload().with(delay));
    }
}
