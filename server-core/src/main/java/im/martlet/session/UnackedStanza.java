package im.martlet.session;

import im.martlet.address.Jid;
import im.martlet.stanza.Message;
import im.martlet.stanza.Presence;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaIds;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/** A stanza that is kept for a session: the client has not acknowledged it, or it is not sent yet. */
public sealed interface UnackedStanza {
    /** The stanza itself. */
    record Whole(Stanza stanza, Instant since) implements UnackedStanza {}

    /** The log id of the stanza, to be read from the archive. */
    record Logged(long id, Instant since) implements UnackedStanza {}

    /** Returns the time of the first delivery attempt. */
    Instant since();

    /** Returns the log id, 0 if the stanza is not logged. */
    default long log() {
        return switch (this) {
            case Whole(Message m, _) -> m.log();
            case Whole _ -> 0;
            case Logged(var id, _) -> id;
        };
    }

    /** Returns the approximate number of bytes that it keeps in memory. */
    default int size() {
        return switch (this) {
            case Whole(var stanza, _) -> size(stanza);
            case Logged _ -> 0;
        };
    }

    /** Returns the approximate number of bytes of a whole stanza in memory. */
    static int size(Stanza stanza) {
        return 200 + stanza.payload().size();
    }

    /**
     * Keeps only the log id if the message is archived. An unarchived message leaves the log when another session takes
     * it, and the log has the original of a copy (XEP-0280); both are kept whole.
     */
    default UnackedStanza reduced() {
        return this instanceof Whole(Message m, var since) && m.log() != 0
                && StanzaIds.of(m, m.to().bare()).equals(OptionalLong.of(m.log())) ? new Logged(m.log(), since) : this;
    }

    /** A topic: a newer stanza of the same topic replaces an older one. */
    record Topic(String kind, Jid sender) {}

    /** Returns the topic of a stanza. Only presences of one sender share a topic. */
    static Object topic(Stanza stanza) {
        return presence(stanza).orElseGet(Object::new);
    }

    /** Returns the topic of a presence that a newer presence of the sender replaces; empty for other stanzas. */
    static Optional<Object> presence(Stanza stanza) {
        return stanza instanceof Presence p
                && (p.type() == Presence.Type.AVAILABLE || p.type() == Presence.Type.UNAVAILABLE)
                        ? Optional.of(new Topic("presence", p.from())) : Optional.empty();
    }
}
