package im.martlet.routing;

import im.martlet.session.Account;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Stanza;

/** Delivers stanzas to local accounts. The router stands below the account layer, which implements this. */
public interface LocalDelivery {
    /**
     * Delivers a stanza to an account, which may not exist, and answers its sender if that fails. On the account's
     * mailbox.
     */
    void receive(Account account, Stanza stanza, StanzaTransaction transaction);
}
