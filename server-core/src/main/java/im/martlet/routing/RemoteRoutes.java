package im.martlet.routing;

import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaError.Condition;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The way to remote servers. */
public interface RemoteRoutes {
    /**
     * Sends a stanza to a remote domain. Any thread; returns at once. Keeps the order of the stanzas of one thread.
     * Routes an error to the sender if the stanza cannot be sent.
     *
     * @param transaction held until the stanza is on its way or, if it may wait through an outage, is committed
     */
    void send(Stanza stanza, StanzaTransaction transaction);

    /** Returns the verified streams, one entry for each domain of a stream. Any thread. */
    default Stream<Neighbour> neighbours() {
        return Stream.empty();
    }

    /**
     * Registers a listener that gets each remote domain when a verified stream with it has ended, for any reason. It
     * runs on I/O threads and must not block.
     */
    default void whenStreamEnds(Consumer<String> listener) {}

    /**
     * A stream between a local and a remote domain.
     *
     * @param local local domain
     * @param remote remote domain
     * @param in whether stanzas of the remote domain come over it
     * @param out whether stanzas of the local domain go over it
     */
    record Neighbour(String local, String remote, boolean in, boolean out) {}

    /** Refuses all stanzas: federation is switched off. */
    final class Nowhere implements RemoteRoutes {
        private static final Logger LOG = LoggerFactory.getLogger(RemoteRoutes.class);
        private final Provider<Router> router;

        @Inject public Nowhere(Provider<Router> router) { this.router = router; }

        @Override public void send(Stanza stanza, StanzaTransaction transaction) {
            ErrorReplies.refuse(LOG, stanza, Condition.REMOTE_SERVER_NOT_FOUND.because("federation is switched off"),
                    stanza.from().bare(), error -> router.get().route(error, transaction));
        }
    }
}
