package im.martlet.extensions.pubsub;

import im.martlet.session.Account;

/**
 * A view of some nodes of accounts that follows each change. Called on the account's mailbox. A mirror writes through
 * {@link Pep}, which calls the mirrors again. A mirror that finds nothing to change must write nothing, so that the
 * calls come to an end.
 */
public interface NodeMirror {
    boolean reflects(String node);

    /** Follows a change of a node or of its items. */
    void changed(Account account, String node);
}
