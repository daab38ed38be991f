package im.martlet.im;

import im.martlet.address.Jid;
import im.martlet.extension.Kernel;
import im.martlet.extension.SessionEvent;
import im.martlet.routing.Router;
import im.martlet.session.Account;
import im.martlet.session.Session;
import im.martlet.session.Slots;
import im.martlet.stanza.Decision;
import im.martlet.stanza.Payload;
import im.martlet.stanza.Presence;
import im.martlet.stanza.Presence.Type;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.stanza.StoredStanza;
import im.martlet.storage.account.Rosters;
import jakarta.inject.Inject;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Handles presence that local sessions send (RFC 6121 §4). On the account's mailbox. */
public final class OutboundPresence {
    private static final Logger LOG = LoggerFactory.getLogger(OutboundPresence.class);
    private static final int MOST_DIRECTED = 1000;
    /** The recipients of directed presence of a session (§4.6). They are told when the session ends. */
    private static final Slots.Key<Set<Jid>> DIRECTED = Slots.Key.of("presence.directed", HashSet::new);

    private final Rosters rosters;
    private final Kernel kernel;
    private final Router router;

    @Inject OutboundPresence(Rosters rosters, Kernel kernel, Router router) {
        this.rosters = rosters;
        this.kernel = kernel;
        this.router = router;
    }

    /** Broadcasts a presence that has no recipient. */
    public void broadcast(Session session, Presence presence) {
        switch (presence.type()) {
            case AVAILABLE -> available(session, presence);
            case UNAVAILABLE -> unavailable(session, presence);
            case SUBSCRIBE, SUBSCRIBED, UNSUBSCRIBE, UNSUBSCRIBED, PROBE ->
                    throw new StanzaException(Condition.BAD_REQUEST.because("a presence of this type needs a 'to'"));
            case ERROR -> Decision.DROPPED.log(LOG, "an error needs a recipient", session.account().jid(), presence);
        }
    }

    private void available(Session session, Presence presence) {
        Contacts.of(session.account(), rosters); // may fail, and then nothing has changed
        boolean first = !session.isAvailable();
        boolean wantedMessages = session.wantsMessages();
        session.available(presence);
        toOwn(session, presence);
        toSubscribers(session, presence);
        if (first) {
            introduce(session);
            kernel.happened(new SessionEvent.Available(session));
        }
        kernel.happened(new SessionEvent.Presented(session, presence));
        if (!wantedMessages && session.wantsMessages()) kernel.happened(new SessionEvent.ReadyForMessages(session));
    }

    /** §4.2.2: tells the new resource which contacts and own resources are available. */
    private void introduce(Session session) {
        var account = session.account();
        for (Session other : account.availableSessions())
            if (other != session) session.send(other.presence().orElseThrow().withTo(session.jid()));
        for (var item : Contacts.of(account, rosters).all())
            if (item.subscription().hasTo()) pass(account, Presence.of(Type.PROBE, session.jid(), item.contact()));
        if (account.availableSessions().size() == 1)
            SubscriptionHandler.openRequests(account, rosters).forEach(request -> pass(account, request));
        for (String request : SubscriptionHandler.waitingRequests(account, rosters))
            session.send(StoredStanza.read(request));
    }

    private void unavailable(Session session, Presence presence) {
        if (session.isAvailable()) {
            session.unavailable();
            session.send(presence.withTo(session.jid()));
            toOwn(session, presence);
            toSubscribers(session, presence);
            kernel.happened(new SessionEvent.Unavailable(session, presence));
        }
        for (Jid contact : session.get(DIRECTED)) pass(session.account(), presence.withTo(contact));
        session.get(DIRECTED).clear();
    }

    /** Sends unavailable presence for a session that ended without sending it (§4.5.2). */
    public void sendUnavailable(Session session) {
        unavailable(session, new Presence(Type.UNAVAILABLE, session.jid(), null, "", "", Payload.EMPTY));
    }

    /** Notes the recipient of directed presence (§4.6.3). */
    public void directed(Session session, Presence presence) {
        var to = Objects.requireNonNull(presence.to());
        var directed = session.get(DIRECTED);
        switch (presence.type()) {
            case AVAILABLE -> {
                // a subscriber is told anyway
                if (session.isAvailable() && SubscriptionHandler.maySee(session.account(), to, rosters)) return;
                if (directed.size() >= MOST_DIRECTED)
                    throw new StanzaException(
                            Condition.RESOURCE_CONSTRAINT.because("a session can send directed presence to at most "
                                    + MOST_DIRECTED + " addresses"));
                directed.add(to);
            }
            case UNAVAILABLE -> directed.remove(to);
            case SUBSCRIBE, SUBSCRIBED, UNSUBSCRIBE, UNSUBSCRIBED, PROBE, ERROR -> {}
        }
    }

    private static void toOwn(Session session, Presence presence) {
        for (Session own : session.account().availableSessions()) own.send(presence.withTo(own.jid()));
    }

    private void toSubscribers(Session session, Presence presence) {
        for (var item : Contacts.of(session.account(), rosters).all())
            if (item.subscription().hasFrom()) pass(session.account(), presence.withTo(item.contact()));
    }

    /** Sends a presence that the server makes for the user, unless an interceptor stops it. */
    private void pass(Account account, Presence presence) {
        kernel.passUnasked(account, presence).ifPresent(router::route);
    }
}
