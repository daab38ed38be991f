package im.martlet.federation;

import im.martlet.session.Credit;
import im.martlet.stanza.Stanza;

/**
 * A stanza in a route: it waits for a stream, or was sent and is not acknowledged.
 *
 * @param bytes the stanza as it is written to the stream
 * @param credit credit that the waiting stanza uses; unlimited if the sender need not wait
 * @param tries number of streams that were lost with this stanza
 * @param stored id of the stanza in the database; 0 if it is in memory only
 */
record RouteEntry(Stanza stanza, byte[] bytes, Credit credit, int tries, long stored) {
    private static final int MOST_TRIES = 3;

    /** Returns whether the stanza must not be sent again if its stream is lost. */
    boolean isLastTry() {
        return tries + 1 >= MOST_TRIES;
    }

    /** Returns the entry for one more try, after its stream was lost. */
    RouteEntry again() {
        return new RouteEntry(stanza, bytes, Credit.UNLIMITED, tries + 1, stored);
    }
}
