package im.martlet.extension;

import im.martlet.session.Account;
import im.martlet.session.Cause;
import im.martlet.stanza.Stanza;

/**
 * A stanza that a local account sends, or that has come for one.
 *
 * @param cause is acknowledged when what an interceptor records with it is written
 */
public record Passage(Stanza stanza, Account account, Direction direction, Cause cause) {
    public enum Direction { SENT, RECEIVED }
}
