package im.martlet.archive;

import im.martlet.session.Account;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Stanza;
import java.util.List;

/** The archives of the PubSub nodes of accounts (XEP-0442). The extension that has the nodes implements this. */
public interface NodeArchives {
    /**
     * Answers a query for the archive of a node. On the account's mailbox.
     *
     * @return the results and then the response
     * @throws im.martlet.stanza.StanzaException if the node does not exist or the sender may not read it
     */
    List<Stanza> answer(Account account, Iq.Request request);
}
