package im.martlet.stanza;

import im.martlet.address.Jid;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * A decision about a stanza that a user or an admin may ask about. The server logs each at debug level with its reason,
 * in one form:
 * {@code not-archived reason="the message has no body" account=juliet@example.org stanza=message from=… to=… id=…}.
 */
public enum Decision {
    /** The message is not kept in an archive. */
    NOT_ARCHIVED("not-archived"),
    /** The message is not copied to the account's other sessions (XEP-0280). */
    NOT_COPIED("not-copied"),
    /** No push notification is sent for the message (XEP-0357). */
    NOT_PUSHED("not-pushed"),
    /**
     * The stanza waits: for a session, a connection, an inactive client (XEP-0352), a remote server or a push service.
     */
    HELD_BACK("held-back"),
    /** The sender gets an error. */
    REFUSED("refused"),
    /** No one gets the stanza, and its sender gets no error. */
    DROPPED("dropped");

    private final String event;

    Decision(String event) { this.event = event; }

    /** Returns the name of the event in the log. It does not change. */
    public String event() { return event; }

    /**
     * Logs the decision at debug level.
     *
     * @param log of the class that decides
     * @param reason in English, without a full stop
     * @param account for which it was decided; null if for none of this server
     */
    public void log(Logger log, String reason, @Nullable Jid account, Stanza stanza) {
        if (!log.isDebugEnabled()) return;
        log.debug("{} reason=\"{}\" account={} stanza={} from={} to={} id={}", event, reason,
                account == null ? "-" : account,
                stanza.name(), stanza.from(), stanza.to(),
                stanza.id());
    }

    /**
     * Logs the decision at debug level, if only the id of the stanza is at hand.
     *
     * @param log of the class that decides
     * @param reason in English, without a full stop
     * @param account for which it was decided; null if for none of this server
     * @param id of the stanza, in the archive or on the stream
     */
    public void log(Logger log, String reason, @Nullable Jid account, String id) {
        if (!log.isDebugEnabled()) return;
        log.debug("{} reason=\"{}\" account={} id={}", event, reason, account == null ? "-" : account, id);
    }
}
