package im.martlet.negotiation;

import im.martlet.address.Jid;
import im.martlet.stanza.StreamError;
import im.martlet.storage.account.LoginTokens.Client;
import java.util.function.Predicate;

/** The streams of clients that have no session yet. Any thread. Calls return at once. */
public interface UnboundStreams {
    /** Ends the unbound streams of an account. */
    default void endUnbound(Jid user, StreamError error) {
        endUnbound(user, _ -> true, error);
    }

    /** Ends the unbound streams of the matching clients of an account. */
    void endUnbound(Jid user, Predicate<Client> clients, StreamError error);

    /** Ends the unbound streams to a host. */
    void endUnbound(String host, StreamError error);
}
