package im.martlet.routing;

import im.martlet.address.Jid;
import im.martlet.extension.Delivery;
import im.martlet.extension.Kernel;
import im.martlet.extension.Passage;
import im.martlet.extension.Query;
import im.martlet.extension.Verdict;
import im.martlet.im.Presences;
import im.martlet.im.Subscribing;
import im.martlet.session.Account;
import im.martlet.session.Cause;
import im.martlet.session.Session;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Presence;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaException;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;

/** What a local session sends (RFC 6121 §8.2 on). On the mailbox of its account. */
public final class Departures {
    private final Kernel kernel;
    private final Requests requests;
    private final Presences presences;
    private final Subscribing subscribing;
    private final Router router;
    private final Arrivals arrivals;

    @Inject Departures(Kernel kernel, Requests requests, Presences presences, Subscribing subscribing, Router router, Arrivals arrivals) {
        this.kernel = kernel;
        this.requests = requests;
        this.presences = presences;
        this.subscribing = subscribing;
        this.router = router;
        this.arrivals = arrivals;
    }

    /** Takes a stanza from its session; what goes wrong is answered there. */
    void send(Session session, Stanza stanza, Cause cause) {
        Answers.handle(stanza, () -> dispatch(session, stanza, cause), session::send);
    }

    private void dispatch(Session session, Stanza stanza, Cause cause) {
        switch (stanza) {
            case Presence p when p.to() == null -> pass(session.account(), p, cause).ifPresent(passed -> presences.broadcast(session, (Presence) passed));
            case Presence p when p.type().isSubscription() ->
                    pass(session.account(), p, cause).ifPresent(passed -> subscribing.outbound(session.account(), (Presence) passed, cause));
            case Iq.Request request when request.to().equals(session.account().jid()) -> toOwnAccount(session, request, cause);
            case Iq.Request request when isServer(request.to(), session) -> session.send(requests.toServer(request, Optional.of(session)));
            default -> depart(session, stanza, cause);
        }
    }

    private void toOwnAccount(Session session, Iq.Request request, Cause cause) {
        kernel.lookup(request).ifPresentOrElse(
                lookup -> Lookups.begin(session, request, () -> lookup.begin().apply(new Query(request, Optional.of(session.account()), Optional.of(session))), cause),
                () -> session.send(requests.toOwnAccount(request, session)));
    }

    private static boolean isServer(Jid to, Session session) { return to.isBare() && to.domain().equals(session.jid().domain()) && !to.hasLocal(); }

    private void depart(Session session, Stanza stanza, Cause cause) {
        pass(session.account(), stanza, cause).ifPresent(passed -> {
            if (passed instanceof Presence p) presences.directed(session, p);
            boolean own = passed.to().bare().equals(session.account().jid());
            if (!own) router.route(passed, cause);
            kernel.delivered(new Delivery(passed, session.account(), Passage.Direction.SENT, List.of(session), cause));
            if (own) arrivals.receive(session.account(), passed, cause); // RFC 6120 §10.1: before what the client has sent behind it
        });
    }

    private Optional<Stanza> pass(Account account, Stanza stanza, Cause cause) {
        return switch (kernel.judge(new Passage(stanza, account, Passage.Direction.SENT, cause))) {
            case Verdict.Pass _ -> Optional.of(stanza);
            case Verdict.Change(var changed) -> Optional.of(changed);
            case Verdict.Drop _ -> Optional.empty();
            case Verdict.Bounce(var error) -> throw new StanzaException(error);
        };
    }
}
