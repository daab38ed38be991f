package im.martlet.session;

import im.martlet.address.Jid;
import im.martlet.stanza.Message;
import im.martlet.stanza.Presence;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaIds;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/** A stanza that is kept for a session: whole, or as its place in the account's log. */
public sealed interface UnackedStanza {
    /** @param since when it should have been delivered */
    record Whole(Stanza stanza, Instant since) implements UnackedStanza {}

    record Logged(long id, Instant since) implements UnackedStanza {}

    Instant since();

    /** The place in the log, 0 when it is not there. */
    default long log() {
        return switch (this) {
            case Whole(Message m, _) -> m.log();
            case Whole _ -> 0;
            case Logged(var id, _) -> id;
        };
    }

    /** Bytes of stanzas that it holds, about. */
    default int size() {
        return switch (this) {
            case Whole(var stanza, _) -> size(stanza);
            case Logged _ -> 0;
        };
    }

    /** Bytes of a stanza that is kept whole, about. */
    static int size(Stanza stanza) {
        return 200 + stanza.payload().size();
    }

    /**
     * Without the stanza, if it is history: what is none goes when another device takes it, and in place of a copy
     * (XEP-0280) there is the original.
     */
    default UnackedStanza reduced() {
        return this instanceof Whole(Message m, var since) && m.log() != 0
                && StanzaIds.of(m, m.to().bare()).equals(OptionalLong.of(m.log())) ? new Logged(m.log(), since) : this;
    }

    /** What makes an older stanza pointless that has the same: a sender's presence, or whether they are typing. */
    record Topic(String what, Jid sender) {}

    /** What a stanza is about; nothing else is about the same, unless it is somebody's presence. */
    static Object topic(Stanza stanza) {
        return presence(stanza).orElseGet(Object::new);
    }

    /** The topic of a presence of which only the last matters. */
    static Optional<Object> presence(Stanza stanza) {
        return stanza instanceof Presence p
                && (p.type() == Presence.Type.AVAILABLE || p.type() == Presence.Type.UNAVAILABLE)
                        ? Optional.of(new Topic("presence", p.from())) : Optional.empty();
    }
}
