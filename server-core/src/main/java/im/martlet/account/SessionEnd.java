package im.martlet.account;

import im.martlet.extension.Kernel;
import im.martlet.extension.SessionEvent;
import im.martlet.im.CatchUp;
import im.martlet.im.OutboundPresence;
import im.martlet.im.Redelivery;
import im.martlet.routing.Router;
import im.martlet.session.Account;
import im.martlet.session.Session;
import im.martlet.session.UnackedStanza;
import im.martlet.stanza.Decision;
import im.martlet.stanza.Iq;
import im.martlet.stanza.KeepPolicy;
import im.martlet.stanza.Message;
import im.martlet.stanza.Presence;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.storage.db.StorageException;
import jakarta.inject.Inject;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends sessions and redelivers the stanzas that they did not acknowledge (XEP-0198 §4). On the account's mailbox. */
final class SessionEnd {
    private static final Logger LOG = LoggerFactory.getLogger(SessionEnd.class);

    private final Kernel kernel;
    private final OutboundPresence presences;
    private final Redelivery redelivery;
    private final Router router;

    @Inject SessionEnd(Kernel kernel, OutboundPresence presences, Redelivery redelivery, Router router) {
        this.kernel = kernel;
        this.presences = presences;
        this.redelivery = redelivery;
        this.router = router;
    }

    /** Ends a session. Does nothing if it has ended before. */
    void end(Session session) {
        var account = session.account();
        if (!account.remove(session)) return;
        session.receipts().whenSafe(_ -> {}); // commits the count, for a client that tries to resume too late
        sendUnavailable(session);
        kernel.happened(new SessionEvent.BeforeEnd(session));
        redeliver(account, session, CatchUp.unreceived(session));
        session.forget();
        CatchUp.forget(session);
        kernel.happened(new SessionEvent.Closed(session));
        account.log().storeMark();
    }

    private void sendUnavailable(Session session) {
        try {
            presences.sendUnavailable(session);
        } catch (StorageException e) {
            LOG.warn("the contacts of {} get no unavailable presence of {}, because the roster cannot be read now: {}",
                    session.account(), session, e.getMessage());
        }
    }

    /**
     * Returns true if no other session has received a message that is not logged. Other sessions have received a
     * message for the bare JID already.
     */
    private static boolean isUnseen(Account account, Message m) {
        return !m.from().equals(account.jid()) && KeepPolicy.of(m) != KeepPolicy.NOTHING
                && (m.to().isFull() || account.sessions().stream().noneMatch(Session::wantsMessages));
    }

    private void redeliver(Account account, Session session, List<UnackedStanza> unreceived) {
        redelivery.redeliver(account, unreceived.stream().filter(unacked -> unacked.log() != 0).toList());
        for (UnackedStanza unacked : unreceived)
            if (unacked instanceof UnackedStanza.Whole(var stanza, _)) switch (stanza) {
            case Message m when m.log() != 0 -> {} // redelivered above
            case Message m when isUnseen(account, m) -> router.route(redelivery.readdressed(unacked, account));
            case Message m -> Decision.DROPPED.log(LOG, "the session ended before it acknowledged the message",
                    account.jid(), m);
            case Iq.Request request -> router.route(request.failure(Condition.RECIPIENT_UNAVAILABLE
                    .because("the session " + session.jid() + " ended before it answered")));
            case Iq.Response response -> Decision.DROPPED.log(LOG,
                    "the session ended before it acknowledged the response", account.jid(), response);
            case Presence _ -> {} // meaningless for an ended session
            }
    }
}
