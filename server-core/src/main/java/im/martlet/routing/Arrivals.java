package im.martlet.routing;

import im.martlet.extension.Delivery;
import im.martlet.extension.Kernel;
import im.martlet.extension.Passage;
import im.martlet.extension.Verdict;
import im.martlet.im.Messages;
import im.martlet.im.PresenceArrivals;
import im.martlet.session.Account;
import im.martlet.session.Cause;
import im.martlet.session.Session;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Message;
import im.martlet.stanza.Presence;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import jakarta.inject.Inject;
import java.util.List;

/** What comes for a local account (RFC 6121 §8.5). On the mailbox of that account. */
public final class Arrivals {
    private final Kernel kernel;
    private final Requests requests;
    private final Messages messages;
    private final PresenceArrivals presences;
    private final Router router;

    @Inject Arrivals(Kernel kernel, Requests requests, Messages messages, PresenceArrivals presences, Router router) {
        this.kernel = kernel;
        this.requests = requests;
        this.messages = messages;
        this.presences = presences;
        this.router = router;
    }

    /** Takes a stanza for an account, which may not exist; what goes wrong is answered to its sender. */
    void receive(Account account, Stanza stanza, Cause cause) {
        Answers.handle(stanza, () -> dispatch(account, stanza, cause), router::route);
    }

    private void dispatch(Account account, Stanza stanza, Cause cause) {
        if (account.key().isEmpty()) {
            nobody(account, stanza);
            return;
        }
        if (stanza instanceof Message m) Messages.admit(account, m);
        switch (kernel.judge(new Passage(stanza, account, Passage.Direction.RECEIVED, cause))) {
            case Verdict.Pass _ -> deliver(account, stanza, cause);
            case Verdict.Change(var changed) -> deliver(account, changed, cause);
            case Verdict.Drop _ -> { }
            case Verdict.Bounce(var error) -> throw new StanzaException(error);
        }
    }

    /** RFC 6121 §8.5.1: presence for nobody is ignored, but a probe (§4.3.2) or a request learns no more than of a stranger. */
    private void nobody(Account account, Stanza stanza) {
        if (!(stanza instanceof Presence p)) throw new StanzaException(Condition.SERVICE_UNAVAILABLE.plain());
        if (p.type() == Presence.Type.PROBE) router.route(Presence.of(Presence.Type.UNSUBSCRIBED, account.jid(), p.from().bare()));
    }

    private void deliver(Account account, Stanza stanza, Cause cause) {
        List<Session> reached = switch (stanza) {
            case Message m -> messages.deliver(account, m);
            case Presence p -> presences.deliver(account, p);
            case Iq iq -> deliver(account, iq);
        };
        kernel.delivered(new Delivery(stanza, account, Passage.Direction.RECEIVED, reached, cause));
    }

    private List<Session> deliver(Account account, Iq iq) {
        if (iq.to().isFull()) { // §8.5.3.2.3
            var session = account.session(iq.to());
            if (session.isEmpty() && iq instanceof Iq.Request) throw new StanzaException(Condition.SERVICE_UNAVAILABLE.plain());
            session.ifPresent(s -> s.send(iq));
            return session.stream().toList();
        }
        switch (iq) { // §8.5.2.1.3: the server answers for the account
            case Iq.Request request -> router.route(requests.toAccount(request, account));
            case Iq.Response _ -> { } // nobody here has asked
        }
        return List.of();
    }
}
