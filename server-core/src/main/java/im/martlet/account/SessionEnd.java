package im.martlet.account;

import im.martlet.extension.Kernel;
import im.martlet.extension.SessionEvent;
import im.martlet.im.OutboundPresence;
import im.martlet.im.Redelivery;
import im.martlet.routing.Router;
import im.martlet.session.Account;
import im.martlet.session.Session;
import im.martlet.session.UnackedStanza;
import im.martlet.stanza.Iq;
import im.martlet.stanza.KeepPolicy;
import im.martlet.stanza.Message;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.storage.db.StorageException;
import jakarta.inject.Inject;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a session, and what becomes of the stanzas that it did not acknowledge (XEP-0198 §4). On the account's
 * mailbox.
 */
final class SessionEnd {
    private static final Logger LOG = LoggerFactory.getLogger(SessionEnd.class);

    private final Kernel kernel;
    private final OutboundPresence presences;
    private final Redelivery late;
    private final Router router;

    @Inject SessionEnd(Kernel kernel, OutboundPresence presences, Redelivery late, Router router) {
        this.kernel = kernel;
        this.presences = presences;
        this.late = late;
        this.router = router;
    }

    void end(Session session) {
        var account = session.account();
        if (!account.remove(session)) return;
        session.receipts().whenSafe(_ -> {}); // the count is written down, for a client that comes back too late
        lost(session);
        kernel.happened(new SessionEvent.BeforeEnd(session));
        leftOver(account, session, session.owed());
        session.forget();
        kernel.happened(new SessionEvent.Closed(session));
        account.log().noteNow();
    }

    private void lost(Session session) {
        try {
            presences.lost(session);
        } catch (StorageException e) {
            LOG.warn("the contacts of {} cannot be told now that {} is gone: {}", session.account(), session,
                    e.getMessage());
        }
    }

    /** Where there are no archives: other sessions have seen what was for all of them. */
    private static boolean isUnseen(Account account, Message m) {
        return !m.from().equals(account.jid()) && KeepPolicy.of(m) != KeepPolicy.NOTHING
                && (m.to().isFull() || account.sessions().stream().noneMatch(Session::wantsMessages));
    }

    private void leftOver(Account account, Session session, List<UnackedStanza> all) {
        late.handOn(account, all.stream().filter(kept -> kept.log() != 0).toList());
        for (UnackedStanza kept : all)
            if (kept instanceof UnackedStanza.Whole(Message m, _) && m.log() == 0 && isUnseen(account, m))
                router.route(late.again(kept, account));
            else if (kept instanceof UnackedStanza.Whole(Iq.Request request, _))
                router.route(request.failure(
                        Condition.RECIPIENT_UNAVAILABLE.because(session.jid() + " has gone without an answer")));
    }
}
