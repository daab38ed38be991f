package im.martlet.routing;

import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaError;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.storage.db.StorageException;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles a stanza so that its sender hears of whatever goes wrong. There are three kinds of failure, and this is the
 * one place that tells them apart: the protocol's own answer, storage that failed, and a bug.
 */
public final class ErrorReplies {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorReplies.class);

    private ErrorReplies() {}

    public static void handle(Stanza stanza, Runnable handling, Consumer<Stanza> answer) {
        error(stanza, handling).flatMap(stanza::error).ifPresent(answer);
    }

    /** What went wrong, if anything did. */
    public static Optional<StanzaError> error(Stanza stanza, Runnable handling) {
        try {
            handling.run();
            return Optional.empty();
        } catch (StanzaException e) {
            return Optional.of(e.error());
        } catch (StorageException e) {
            LOG.warn("storage failed on a {} of {}: {}", stanza.name(), stanza.from(), e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("bug: {} '{}' of {} failed", stanza.name(), stanza.id(), stanza.from(), e);
        }
        return Optional.of(Condition.INTERNAL_SERVER_ERROR.plain().as(StanzaError.Type.WAIT));
    }
}
