package im.martlet.extension;

import im.martlet.session.Account;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Stanza;

/**
 * A stanza on its way through the interceptors.
 *
 * @param account the local account that sends the stanza, or that it is for
 * @param direction whether the account sends or receives the stanza
 * @param transaction the transaction of the stanza; it is acknowledged once all writes that interceptors add to it are
 * committed
 */
public record InterceptedStanza(Stanza stanza, Account account, Direction direction, StanzaTransaction transaction) {
    public enum Direction { SENT, RECEIVED }
}
