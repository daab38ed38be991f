package im.martlet.routing;

import im.martlet.address.Jid;
import im.martlet.stanza.Decision;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaError;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.storage.db.StorageException;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles a stanza and answers its sender when that fails. Only this class distinguishes the three kinds of failure: an
 * error of the protocol, a failure of the database, and a bug.
 */
public final class ErrorReplies {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorReplies.class);

    private ErrorReplies() {}

    /** Handles a stanza. @param answer gets the error for its sender if that fails */
    public static void handle(Stanza stanza, Runnable handling, Consumer<Stanza> answer) {
        error(stanza, handling).ifPresent(error -> refuse(LOG, stanza, error, null, answer));
    }

    /** Handles a stanza. Returns the error if that fails. */
    public static Optional<StanzaError> error(Stanza stanza, Runnable handling) {
        try {
            handling.run();
            return Optional.empty();
        } catch (StanzaException e) {
            return Optional.of(e.error());
        } catch (StorageException e) {
            LOG.warn("storage failed on a {} from {}: {}", stanza.name(), stanza.from(), e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("bug: {} '{}' from {} failed", stanza.name(), stanza.id(), stanza.from(), e);
        }
        return Optional.of(Condition.INTERNAL_SERVER_ERROR.plain().as(StanzaError.Type.WAIT));
    }

    /**
     * Answers a stanza with an error, and logs the reason at debug level. A stanza that must not be answered, such as
     * an error, is dropped.
     *
     * @param log of the class that decides
     * @param account of this server that the stanza concerns; null for none
     * @param answer gets the error
     */
    public static void refuse(Logger log, Stanza stanza, StanzaError error, @Nullable Jid account,
            Consumer<Stanza> answer) {
        var reply = stanza.error(error);
        if (log.isDebugEnabled())
            (reply.isPresent() ? Decision.REFUSED : Decision.DROPPED).log(log, reason(error), account, stanza);
        reply.ifPresent(answer);
    }

    private static String reason(StanzaError error) {
        return error.text().isEmpty() ? error.condition().toElement().name() : error.text();
    }
}
