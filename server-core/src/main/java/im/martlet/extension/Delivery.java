package im.martlet.extension;

import im.martlet.session.Account;
import im.martlet.session.Session;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Stanza;
import java.util.List;

/**
 * A stanza that was delivered.
 *
 * @param account the local account that sent or received the stanza
 * @param reached the sessions of the account that sent the stanza, or that it was sent to
 * @param transaction the transaction of the stanza; it is acknowledged once all writes that listeners add to it are
 * committed
 */
public record Delivery(Stanza stanza, Account account, InterceptedStanza.Direction direction, List<Session> reached,
        StanzaTransaction transaction) {}
