package im.martlet.extensions.muc;

import im.martlet.address.Jid;
import im.martlet.extensions.muc.state.RoomHistory.Spoken;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.KeepPolicy;
import im.martlet.stanza.Message;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaIds;
import im.martlet.stanza.StoredStanza;
import im.martlet.storage.key.LogId;
import im.martlet.storage.log.Archive.Entry;
import im.martlet.storage.log.Journal.Write;
import java.util.Optional;

/** Which messages of a room are kept, and where they stand then (XEP-0313 §6.1.2, XEP-0359). */
final class RoomLog {
    private RoomLog() {}

    /** XEP-0045 §8.1: a subject, and neither body nor thread. */
    static boolean isSubject(Message m) {
        return m.has(Stanza.CLIENT, "subject") && !m.hasBody() && !m.has(Stanza.CLIENT, "thread");
    }

    /**
     * Has a message written down before its transaction is acknowledged, if it is worth it; answers it with its place
     * in the archive.
     */
    static Message keep(LiveRoom live, Message message, Jid author, StanzaTransaction transaction) {
        if (!isSubject(message) && KeepPolicy.ofContent(message) != KeepPolicy.HISTORY) return message;
        var log = live.log();
        long id = log.map(open -> {
            long place = open.append();
            // by its place it is found again, to be taken back
            var entry = new Entry(place, author, true, true, Optional.of(StanzaIds.text(place)),
                    StoredStanza.bytesForAll(message));
            transaction.record(new Write.Append(live.key(), entry), () -> open.written(place));
            return place;
        }).orElse(0L);
        var placed = id == 0 ? message : StanzaIds.stamp(message.logged(id), live.address()).logged(0); // whoever gets it has a log of their own
        if (!isSubject(message)) live.history()
                .add(new Spoken(id, id == 0 ? System.currentTimeMillis() : LogId.time(id).toEpochMilli(), placed));
        return placed;
    }
}
