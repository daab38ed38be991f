package im.martlet.extension;

import im.martlet.session.Account;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Stanza;

/**
 * A stanza that a local account sends, or that has come for one.
 *
 * @param transaction is acknowledged when what an interceptor records with it is written
 */
public record InterceptedStanza(Stanza stanza, Account account, Direction direction, StanzaTransaction transaction) {
    public enum Direction { SENT, RECEIVED }
}
