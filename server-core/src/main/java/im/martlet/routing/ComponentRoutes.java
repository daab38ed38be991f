package im.martlet.routing;

import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Stanza;

/** The way to components: programs that are connected to this server and serve domains of their own. Any thread. */
public interface ComponentRoutes {
    /** Returns whether a domain, prepared, belongs to a component, connected or not. */
    boolean has(String domain);

    /**
     * Sends a stanza to its component. Returns at once. Keeps the order of the stanzas of one thread. Routes an error
     * to the sender if the stanza cannot be delivered.
     *
     * @param transaction held until the stanza waits for its component
     */
    void send(Stanza stanza, StanzaTransaction transaction);
}
