package im.martlet.account;

import im.martlet.extension.Delivery;
import im.martlet.extension.InterceptedStanza;
import im.martlet.extension.Kernel;
import im.martlet.extension.Verdict;
import im.martlet.im.InboundPresence;
import im.martlet.im.MessageDelivery;
import im.martlet.routing.ErrorReplies;
import im.martlet.routing.LocalDelivery;
import im.martlet.routing.Router;
import im.martlet.session.Account;
import im.martlet.session.Session;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Message;
import im.martlet.stanza.Presence;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import jakarta.inject.Inject;
import java.util.List;

/** What comes for a local account (RFC 6121 §8.5). On the mailbox of that account. */
public final class InboundStanzas implements LocalDelivery {
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

    /** Takes a stanza for an account, which may not exist; what goes wrong is answered to its sender. */
    @Override public void receive(Account account, Stanza stanza, StanzaTransaction transaction) {
        ErrorReplies.handle(stanza, () -> dispatch(account, stanza, transaction), router::route);
    }

    private void dispatch(Account account, Stanza stanza, StanzaTransaction transaction) {
        if (account.key().isEmpty()) {
            nobody(account, stanza);
            return;
        }
        if (stanza instanceof Message m) MessageDelivery.admit(account, m);
        switch (kernel
                .judge(new InterceptedStanza(stanza, account, InterceptedStanza.Direction.RECEIVED, transaction))) {
            case Verdict.Pass _ -> deliver(account, stanza, transaction);
            case Verdict.Change(var changed) -> deliver(account, changed, transaction);
            case Verdict.Drop _ -> {}
            case Verdict.Bounce(var error) -> throw new StanzaException(error);
        }
    }

    /**
     * RFC 6121 §8.5.1: presence for nobody is ignored, but a probe (§4.3.2) or a request learns no more than of a
     * stranger.
     */
    private void nobody(Account account, Stanza stanza) {
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
            if (session.isEmpty() && iq instanceof Iq.Request)
                throw new StanzaException(Condition.SERVICE_UNAVAILABLE.plain());
            session.ifPresent(s -> s.send(iq));
            return session.stream().toList();
        }
        switch (iq) { // §8.5.2.1.3: the server answers for the account
            case Iq.Request request -> router.route(requests.toAccount(request, account));
            case Iq.Response _ -> {} // nobody here has asked
        }
        return List.of();
    }
}
