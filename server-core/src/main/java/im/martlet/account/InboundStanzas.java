package im.martlet.account;

import im.martlet.extension.Delivery;
import im.martlet.extension.InterceptedStanza;
import im.martlet.extension.Kernel;
import im.martlet.im.InboundPresence;
import im.martlet.im.MessageDelivery;
import im.martlet.routing.ErrorReplies;
import im.martlet.routing.LocalDelivery;
import im.martlet.routing.Router;
import im.martlet.session.Account;
import im.martlet.session.Session;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Decision;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Message;
import im.martlet.stanza.Presence;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import jakarta.inject.Inject;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Handles stanzas that arrive for a local account (RFC 6121 §8.5). On the mailbox of that account. */
public final class InboundStanzas implements LocalDelivery {
    private static final Logger LOG = LoggerFactory.getLogger(InboundStanzas.class);

    private final Kernel kernel;
    private final AccountRequests requests;
    private final MessageDelivery messages;
    private final InboundPresence presences;
    private final Router router;

    @Inject InboundStanzas(Kernel kernel, AccountRequests requests, MessageDelivery messages, InboundPresence presences,
            Router router) {
        this.kernel = kernel;
        this.requests = requests;
        this.messages = messages;
        this.presences = presences;
        this.router = router;
    }

    /** Handles a stanza for an account, which may not exist. Errors go to the sender. */
    @Override public void receive(Account account, Stanza stanza, StanzaTransaction transaction) {
        ErrorReplies.handle(stanza, () -> dispatch(account, stanza, transaction), router::route);
    }

    private void dispatch(Account account, Stanza stanza, StanzaTransaction transaction) {
        if (account.key().isEmpty()) {
            refuse(account, stanza);
            return;
        }
        if (stanza instanceof Message m) MessageDelivery.admit(account, m);
        kernel.pass(new InterceptedStanza(stanza, account, InterceptedStanza.Direction.RECEIVED, transaction))
                .ifPresent(passed -> deliver(account, passed, transaction));
    }

    /**
     * RFC 6121 §8.5.1: for an account that does not exist, ignores presence and answers other stanzas with an error. A
     * probe (§4.3.2) or a request gets the same answer as from an account of a stranger.
     */
    private void refuse(Account account, Stanza stanza) {
        (stanza instanceof Presence ? Decision.DROPPED : Decision.REFUSED).log(LOG, "the account does not exist",
                account.jid(), stanza);
        if (!(stanza instanceof Presence p)) throw new StanzaException(Condition.SERVICE_UNAVAILABLE.plain());
        if (p.type() == Presence.Type.PROBE)
            router.route(Presence.of(Presence.Type.UNSUBSCRIBED, account.jid(), p.from().bare()));
    }

    private void deliver(Account account, Stanza stanza, StanzaTransaction transaction) {
        List<Session> reached = switch (stanza) {
            case Message m -> messages.deliver(account, m);
            case Presence p -> presences.deliver(account, p);
            case Iq iq -> deliver(account, iq);
        };
        kernel.delivered(new Delivery(stanza, account, InterceptedStanza.Direction.RECEIVED, reached, transaction));
    }

    private List<Session> deliver(Account account, Iq iq) {
        if (iq.to().isFull()) { // §8.5.3.2.3
            var session = account.session(iq.to());
            if (session.isEmpty()) {
                boolean request = iq instanceof Iq.Request;
                (request ? Decision.REFUSED : Decision.DROPPED).log(LOG,
                        "no session has the resource that the iq is for", account.jid(), iq);
                if (request) throw new StanzaException(Condition.SERVICE_UNAVAILABLE.plain());
            }
            session.ifPresent(s -> s.send(iq));
            return session.stream().toList();
        }
        switch (iq) { // §8.5.2.1.3: the server answers for the account
            case Iq.Request request -> router.route(requests.toAccount(request, account));
            case Iq.Response _ -> Decision.DROPPED.log(LOG, "the account itself sends no requests", account.jid(), iq);
        }
        return List.of();
    }
}
