package im.martlet.routing;

import im.martlet.archive.Worth;
import im.martlet.extension.Kernel;
import im.martlet.extension.SessionEvent;
import im.martlet.im.LateDelivery;
import im.martlet.im.Presences;
import im.martlet.session.Account;
import im.martlet.session.Kept;
import im.martlet.session.Session;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Message;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.storage.StorageException;
import jakarta.inject.Inject;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The end of a session, and what becomes of the stanzas that it did not acknowledge (XEP-0198 §4). On the account's mailbox. */
final class Endings {
    private static final Logger LOG = LoggerFactory.getLogger(Endings.class);

    private final Kernel kernel;
    private final Presences presences;
    private final LateDelivery late;
    private final Router router;

    @Inject Endings(Kernel kernel, Presences presences, LateDelivery late, Router router) {
        this.kernel = kernel;
        this.presences = presences;
        this.late = late;
        this.router = router;
    }

    void end(Session session) {
        var account = session.account();
        if (!account.remove(session)) return;
        session.receipts().whenSafe(_ -> { }); // the count is written down, for a client that comes back too late
        lost(session);
        kernel.happened(new SessionEvent.Ending(session));
        leftOver(account, session, session.owed());
        session.forget();
        kernel.happened(new SessionEvent.Closed(session));
        account.log().noteNow();
    }

    private void lost(Session session) {
        try {
            presences.lost(session);
        } catch (StorageException e) {
            LOG.warn("the contacts of {} cannot be told now that {} is gone: {}", session.account(), session, e.getMessage());
        }
    }

    /** Where there are no archives: other sessions have seen what was for all of them. */
    private static boolean isUnseen(Account account, Message m) {
        return !m.from().equals(account.jid()) && Worth.of(m) != Worth.NOTHING && (m.to().isFull() || account.sessions().stream().noneMatch(Session::wantsMessages));
    }

    private void leftOver(Account account, Session session, List<Kept> all) {
        late.handOn(account, all.stream().filter(kept -> kept.log() != 0).toList());
        for (Kept kept : all) if (kept instanceof Kept.Whole(Message m, _) && m.log() == 0 && isUnseen(account, m)) router.route(late.again(kept, account));
        else if (kept instanceof Kept.Whole(Iq.Request request, _))
            router.route(request.failure(Condition.RECIPIENT_UNAVAILABLE.because(session.jid() + " has gone without an answer")));
    }
}
