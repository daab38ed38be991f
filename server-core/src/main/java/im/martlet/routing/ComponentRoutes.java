package im.martlet.routing;

import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Stanza;

/** Domains that are served beside this server, by somebody who is connected to it: components. Any thread. */
public interface ComponentRoutes {
    /** Whether a domain, prepared, is one of theirs, connected or not. */
    boolean has(String domain);

    /**
     * Takes a stanza for one of these domains. Returns at once; keeps the order of what one thread gives it; what
     * cannot be delivered is answered with an error, through the router.
     *
     * @param transaction taken from until the stanza waits for its component
     */
    void send(Stanza stanza, StanzaTransaction transaction);
}
