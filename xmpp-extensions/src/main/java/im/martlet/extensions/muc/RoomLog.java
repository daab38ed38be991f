package im.martlet.extensions.muc;

import im.martlet.address.Jid;
import im.martlet.extensions.muc.state.RoomHistory.PastMessage;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Decision;
import im.martlet.stanza.KeepPolicy;
import im.martlet.stanza.Message;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaIds;
import im.martlet.stanza.StoredStanza;
import im.martlet.storage.key.LogId;
import im.martlet.storage.log.Archive.Entry;
import im.martlet.storage.log.Journal.Write;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Appends the messages of rooms to their archives (XEP-0313 §6.1.2, XEP-0359). */
public final class RoomLog {
    private static final Logger LOG = LoggerFactory.getLogger(RoomLog.class);

    private RoomLog() {}

    /** Returns whether a message changes the subject: it has a subject, but neither body nor thread (XEP-0045 §8.1). */
    static boolean isSubject(Message m) {
        return m.has(Stanza.CLIENT, "subject") && !m.hasBody() && !m.has(Stanza.CLIENT, "thread");
    }

    /**
     * Appends a message to the archive if it is history, before its transaction is acknowledged. Subject changes enter
     * the archive, but not the history for new occupants.
     *
     * @return the message with its id in the archive, for the occupants
     */
    public static Message append(LiveRoom live, Message message, Jid author, StanzaTransaction transaction) {
        if (!isSubject(message) && KeepPolicy.ofContent(message) != KeepPolicy.HISTORY) {
            Decision.NOT_ARCHIVED.log(LOG, "the content of the message is not history", live.address(), message);
            return message;
        }
        if (live.log().isEmpty())
            Decision.NOT_ARCHIVED.log(LOG, "this server keeps no archives", live.address(), message);
        long id = live.log().map(log -> {
            long added = log.append();
            // the origin is the archive id, by which a retraction finds the entry
            var entry = new Entry(added, author, true, true, Optional.of(StanzaIds.text(added)),
                    StoredStanza.bytesForAll(message));
            transaction.record(new Write.Append(live.key(), entry), () -> log.written(added));
            return added;
        }).orElse(0L);
        // log id 0: each recipient's account gives the message an id of its own log
        var stamped = id == 0 ? message : StanzaIds.stamp(message.logged(id), live.address()).logged(0);
        if (!isSubject(message)) live.history().add(new PastMessage(id,
                id == 0 ? System.currentTimeMillis() : LogId.time(id).toEpochMilli(), stamped));
        return stamped;
    }
}
