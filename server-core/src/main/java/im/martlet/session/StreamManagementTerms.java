package im.martlet.session;

import java.time.Duration;

/**
 * The terms of stream management for one session (XEP-0198). Server and client agree on them once.
 *
 * @param id the id for resumption; empty if the session cannot be resumed
 * @param patience the time for which a session without a connection waits to be resumed
 * @param request the element that requests an acknowledgement, in UTF-8
 * @param every the number of stanzas after which the server requests an acknowledgement
 * @param bytes the number of bytes kept in memory for a client that acknowledges nothing; beyond it the server keeps
 * only the log ids of archived messages
 */
public record StreamManagementTerms(String id, Duration patience, byte[] request, int every, long bytes) {
    public boolean isResumable() { return !id.isEmpty(); }
}
