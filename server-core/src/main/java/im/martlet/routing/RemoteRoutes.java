package im.martlet.routing;

import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaError.Condition;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Takes what is for domains that are not served here: other servers. */
public interface RemoteRoutes {
    /**
     * Takes a stanza whose domain is not ours. Returns at once, on whatever thread; keeps the order of what one thread
     * gives it; what cannot be sent is answered with an error, through the router.
     *
     * @param transaction is acknowledged when what is recorded with it is written; taken from until the stanza is on
     * its way
     */
    void send(Stanza stanza, StanzaTransaction transaction);

    /** The streams that are verified, each as often as it speaks for a domain. Any thread. */
    default Stream<Neighbour> neighbours() {
        return Stream.empty();
    }

    /**
     * Has somebody hear of each domain that a verified stream with has ended, whoever wanted it. On I/O threads: must
     * not block.
     */
    default void whenStreamEnds(Consumer<String> listener) {}

    /**
     * A stream between a domain of ours and one of another server.
     *
     * @param in whether their stanzas come over it
     * @param out whether ours go over it
     */
    record Neighbour(String local, String remote, boolean in, boolean out) {}

    /** Nothing is outside: federation is switched off. */
    final class Nowhere implements RemoteRoutes {
        private final Provider<Router> router;

        @Inject public Nowhere(Provider<Router> router) { this.router = router; }

        @Override public void send(Stanza stanza, StanzaTransaction transaction) {
            stanza.error(Condition.REMOTE_SERVER_NOT_FOUND.because("federation is off"))
                    .ifPresent(e -> router.get().route(e, transaction));
        }
    }
}
