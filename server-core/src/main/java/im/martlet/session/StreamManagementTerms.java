package im.martlet.session;

import java.time.Duration;

/**
 * How a session acknowledges stanzas (XEP-0198), agreed on once.
 *
 * @param id under which it can be resumed; empty when it cannot
 * @param patience how long it waits, without a connection, to be resumed
 * @param request what asks the client for an acknowledgement, in UTF-8
 * @param every ask after this many stanzas
 * @param bytes that are kept in memory for a client that acknowledges nothing; beyond that messages wait in the log
 */
public record StreamManagementTerms(String id, Duration patience, byte[] request, int every, long bytes) {
    public boolean isResumable() { return !id.isEmpty(); }
}
