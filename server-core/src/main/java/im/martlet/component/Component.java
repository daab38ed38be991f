package im.martlet.component;

import im.martlet.address.Jid;
import im.martlet.session.Credit;
import im.martlet.session.Mailbox;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaError;
import im.martlet.stanza.StanzaError.Condition;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * One domain that is served by whoever connects for it. Of several connections each takes what some senders send, so
 * that the order of what one sender sends to one address is kept; when one goes, its senders go over to the others.
 * Owned by its mailbox.
 */
final class Component {
    private static final int MOST_CONNECTIONS = 16;

    private final String domain;
    private final Consumer<Stanza> answer;
    private final Mailbox mailbox;
    private final List<ComponentConnection> lanes = new CopyOnWriteArrayList<>(); // written by the mailbox

    /** @param answer takes errors to those whose stanzas could not be delivered */
    Component(String domain, Consumer<Stanza> answer) {
        this.domain = domain;
        this.answer = answer;
        this.mailbox = new Mailbox(domain);
    }

    /** Takes a stanza for its domain. Any thread. */
    void tell(Stanza stanza, StanzaTransaction transaction) {
        mailbox.tell(transaction, () -> send(stanza, transaction.sender()));
    }

    void tell(Runnable work) { mailbox.tell(work); }

    private void send(Stanza stanza, Credit sender) {
        if (lanes.isEmpty()) refuse(stanza, Condition.SERVICE_UNAVAILABLE.because(domain + " is not connected"));
        else if (!of(stanza).take(stanza, sender))
            refuse(stanza, Condition.RESOURCE_CONSTRAINT.because("too much waits for " + domain));
    }

    private void refuse(Stanza stanza, StanzaError error) { stanza.error(error).ifPresent(answer); }

    /**
     * An answer is for whoever asked; and by rendezvous hashing, who comes or goes changes nothing for the senders of
     * the others.
     */
    private ComponentConnection of(Stanza stanza) {
        ComponentConnection best = lanes.getFirst();
        if (lanes.size() == 1) return best;
        if (stanza instanceof Iq.Response answer)
            for (ComponentConnection lane : lanes) if (lane.stream().asked().answered(answer)) return lane;
        var from = stanza.from().bare();
        for (ComponentConnection lane : lanes) if (weight(lane, from) > weight(best, from)) best = lane;
        return best;
    }

    private static int weight(ComponentConnection lane, Jid sender) {
        int h = 31 * System.identityHashCode(lane.stream()) + sender.hashCode();
        h = (h ^ h >>> 16) * 0x85ebca6b;
        h = (h ^ h >>> 13) * 0xc2b2ae35;
        return h ^ h >>> 16;
    }

    /** Another connection, which has shown that it knows the secret. @param queue bytes that may wait for it */
    void add(ComponentStream stream, long queue) {
        mailbox.tell(() -> {
            if (stream.isOver()) return;
            if (lanes.size() >= MOST_CONNECTIONS) {
                stream.end(im.martlet.stanza.StreamError.Condition.RESOURCE_CONSTRAINT
                        .because("there are " + MOST_CONNECTIONS + " connections for " + domain));
                return;
            }
            lanes.add(new ComponentConnection(stream, queue));
            stream.accepted(); // behind the refusals of all that came before
        });
    }

    /** A connection is gone; the others take over what it was not sent. Any thread. */
    void remove(ComponentStream stream) {
        mailbox.tell(() -> {
            var lane = lanes.stream().filter(l -> l.stream() == stream).findFirst();
            if (lane.isEmpty()) return;
            lanes.remove(lane.get());
            var lost = Condition.REMOTE_SERVER_TIMEOUT.because(domain + " has lost its connection");
            stream.given().giveUp(lost).forEach(answer);
            for (Stanza rest : lane.get().leftOver()) {
                if (lanes.isEmpty()) refuse(rest, lost);
                else send(rest, Credit.UNLIMITED);
            }
        });
    }

    /** Stanzas that wait; about so many, any thread. */
    int waiting() {
        return lanes.stream().mapToInt(ComponentConnection::waiting).sum();
    }

    List<ComponentStream> connections() { return lanes.stream().map(ComponentConnection::stream).toList(); }
}
