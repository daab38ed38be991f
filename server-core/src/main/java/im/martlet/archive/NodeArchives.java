package im.martlet.archive;

import im.martlet.session.Account;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Stanza;
import java.util.List;

/** Archives of the nodes of accounts (XEP-0442): the extension that has the nodes answers. */
public interface NodeArchives {
    /**
     * Answers whoever asks for the archive of a node; on the account's mailbox.
     *
     * @return the results, and behind them the response
     * @throws im.martlet.stanza.StanzaException when they may not read the node, or there is none
     */
    List<Stanza> answer(Account account, Iq.Request request);
}
