package im.martlet.negotiation;

import im.martlet.address.Jid;
import im.martlet.stanza.StreamError;
import im.martlet.storage.account.LoginTokens.Client;
import java.util.function.Predicate;

/** The clients' streams that have no session yet. Any thread; calls return at once. */
public interface UnboundStreams {
    /** Ends the unbound streams of an account. */
    default void endUnbound(Jid user, StreamError why) {
        endUnbound(user, _ -> true, why);
    }

    /** Ends the unbound streams of those clients of an account that match. */
    void endUnbound(Jid user, Predicate<Client> which, StreamError why);

    /** Ends the unbound streams to a host. */
    void endUnbound(String host, StreamError why);
}
