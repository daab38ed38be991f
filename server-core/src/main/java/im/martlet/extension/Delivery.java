package im.martlet.extension;

import im.martlet.session.Account;
import im.martlet.session.Session;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Stanza;
import java.util.List;

/**
 * A stanza that has gone its way.
 *
 * @param reached the sessions of the account that have seen it: sent it, or were given it
 * @param transaction is acknowledged when what a listener records with it is written
 */
public record Delivery(Stanza stanza, Account account, InterceptedStanza.Direction direction, List<Session> reached,
        StanzaTransaction transaction) {}
