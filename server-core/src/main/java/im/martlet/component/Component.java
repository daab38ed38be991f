package im.martlet.component;

import im.martlet.address.Jid;
import im.martlet.routing.ErrorReplies;
import im.martlet.session.Credit;
import im.martlet.session.Mailbox;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaError;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StreamError;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A domain that external components serve, with its connections. Each connection gets the stanzas of some senders, so
 * the order of the stanzas of one sender is kept. When a connection ends, the others take over its senders. Owned by
 * its mailbox.
 */
final class Component {
    private static final Logger LOG = LoggerFactory.getLogger(Component.class);
    private static final int MOST_CONNECTIONS = 16;

    private final String domain;
    private final Consumer<Stanza> errors;
    private final Mailbox mailbox;
    private final List<ComponentConnection> connections = new CopyOnWriteArrayList<>(); // written by the mailbox

    /** @param errors routes the error for a stanza that could not be delivered to its sender */
    Component(String domain, Consumer<Stanza> errors) {
        this.domain = domain;
        this.errors = errors;
        this.mailbox = new Mailbox(domain);
    }

    /** Sends a stanza to the domain. Any thread. @param transaction held until the stanza waits or is refused */
    void tell(Stanza stanza, StanzaTransaction transaction) {
        mailbox.tell(transaction, () -> send(stanza, transaction.sender()));
    }

    /** Runs work on the mailbox. Any thread. */
    void tell(Runnable work) { mailbox.tell(work); }

    private void send(Stanza stanza, Credit sender) {
        if (connections.isEmpty()) refuse(stanza, Condition.SERVICE_UNAVAILABLE.because(domain + " is not connected"));
        else if (!connectionFor(stanza).take(stanza, sender))
            refuse(stanza, Condition.RESOURCE_CONSTRAINT.because("too many stanzas wait for " + domain));
    }

    private void refuse(Stanza stanza, StanzaError error) {
        ErrorReplies.refuse(LOG, stanza, error, null, errors);
    }

    /**
     * Chooses the connection for a stanza. An answer goes to the connection that has sent the request. For other
     * stanzas rendezvous hashing chooses, so that a new or ended connection changes nothing for the senders of the
     * others.
     */
    private ComponentConnection connectionFor(Stanza stanza) {
        ComponentConnection best = connections.getFirst();
        if (connections.size() == 1) return best;
        if (stanza instanceof Iq.Response answer)
            for (ComponentConnection connection : connections)
                if (connection.stream().requestsFromComponent().answered(answer)) return connection;
        var from = stanza.from().bare();
        for (ComponentConnection connection : connections)
            if (weight(connection, from) > weight(best, from)) best = connection;
        return best;
    }

    private static int weight(ComponentConnection connection, Jid sender) {
        int h = 31 * System.identityHashCode(connection.stream()) + sender.hashCode();
        h = (h ^ h >>> 16) * 0x85ebca6b;
        h = (h ^ h >>> 13) * 0xc2b2ae35;
        return h ^ h >>> 16;
    }

    /** Adds a connection that has proved the secret. Any thread. @param queue bytes that may wait for it */
    void add(ComponentStream stream, long queue) {
        mailbox.tell(() -> {
            if (stream.isOver()) return;
            if (connections.size() >= MOST_CONNECTIONS) {
                stream.end(StreamError.Condition.RESOURCE_CONSTRAINT
                        .because(domain + " has too many connections: " + MOST_CONNECTIONS));
                return;
            }
            connections.add(new ComponentConnection(stream, queue));
            stream.accepted(); // after the errors for all earlier stanzas
        });
    }

    /** Removes a connection that has ended; the others take over its waiting stanzas. Any thread. */
    void remove(ComponentStream stream) {
        mailbox.tell(() -> {
            var connection = connections.stream().filter(c -> c.stream() == stream).findFirst();
            if (connection.isEmpty()) return;
            connections.remove(connection.get());
            var lost = Condition.REMOTE_SERVER_TIMEOUT.because(domain + " has lost its connection");
            stream.requestsToComponent().giveUp(lost).forEach(errors);
            for (Stanza rest : connection.get().leftOver()) {
                if (connections.isEmpty()) refuse(rest, lost);
                else send(rest, Credit.UNLIMITED);
            }
        });
    }

    /** Returns the number of waiting stanzas, about. Any thread. */
    int waiting() {
        return connections.stream().mapToInt(ComponentConnection::waiting).sum();
    }

    List<ComponentStream> streams() { return connections.stream().map(ComponentConnection::stream).toList(); }
}
