package im.martlet.extensions.pubsub;

import im.martlet.session.Account;

/**
 * Keeps another view of what is in some nodes of accounts. Told on the account's mailbox. It writes through
 * {@link Pep}, which tells mirrors again: one that finds nothing to change writes nothing, so that this comes to an
 * end.
 */
public interface NodeMirror {
    boolean reflects(String node);

    /** Items of a node have changed, or the node has. */
    void changed(Account account, String node);
}
