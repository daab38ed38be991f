package im.martlet.account;

import im.martlet.address.Jid;
import im.martlet.extension.Delivery;
import im.martlet.extension.InterceptedStanza;
import im.martlet.extension.Kernel;
import im.martlet.extension.Query;
import im.martlet.im.OutboundPresence;
import im.martlet.im.SubscriptionHandler;
import im.martlet.routing.ErrorReplies;
import im.martlet.routing.Router;
import im.martlet.session.Account;
import im.martlet.session.Session;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Presence;
import im.martlet.stanza.Stanza;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;

/** Handles stanzas that a local session sends (RFC 6121 from §8.2 on). On the mailbox of its account. */
public final class OutboundStanzas {
    private final Kernel kernel;
    private final AccountRequests requests;
    private final OutboundPresence presences;
    private final SubscriptionHandler subscriptions;
    private final Router router;
    private final InboundStanzas inbound;

    @Inject OutboundStanzas(Kernel kernel, AccountRequests requests, OutboundPresence presences,
            SubscriptionHandler subscriptions, Router router, InboundStanzas inbound) {
        this.kernel = kernel;
        this.requests = requests;
        this.presences = presences;
        this.subscriptions = subscriptions;
        this.router = router;
        this.inbound = inbound;
    }

    /** Handles a stanza of a session. Errors go to that session. */
    void send(Session session, Stanza stanza, StanzaTransaction transaction) {
        ErrorReplies.handle(stanza, () -> dispatch(session, stanza, transaction), session::send);
    }

    private void dispatch(Session session, Stanza stanza, StanzaTransaction transaction) {
        switch (stanza) {
            case Presence p when p.to() == null -> pass(session.account(), p, transaction)
                    .ifPresent(passed -> presences.broadcast(session, (Presence) passed));
            case Presence p when p.type().isSubscription() ->
                    pass(session.account(), p, transaction).ifPresent(
                            passed -> subscriptions.outbound(session.account(), (Presence) passed, transaction));
            case Iq.Request request when request.to().equals(session.account().jid()) ->
                    toOwnAccount(session, request, transaction);
            case Iq.Request request when isServer(request.to(), session) ->
                    session.send(requests.toServer(request, Optional.of(session)));
            default -> forward(session, stanza, transaction);
        }
    }

    private void toOwnAccount(Session session, Iq.Request request, StanzaTransaction transaction) {
        kernel.slowHandler(request).ifPresentOrElse(
                handler -> SlowRequests.begin(session, request,
                        () -> handler.begin()
                                .apply(new Query(request, Optional.of(session.account()), Optional.of(session))),
                        transaction),
                () -> session.send(requests.toOwnAccount(request, session)));
    }

    private static boolean isServer(Jid to, Session session) {
        return to.isBare() && to.domain().equals(session.jid().domain()) && !to.hasLocal();
    }

    private void forward(Session session, Stanza stanza, StanzaTransaction transaction) {
        pass(session.account(), stanza, transaction).ifPresent(passed -> {
            if (passed instanceof Presence p) presences.directed(session, p);
            boolean own = passed.to().bare().equals(session.account().jid());
            if (!own) router.route(passed, transaction);
            kernel.delivered(new Delivery(passed, session.account(), InterceptedStanza.Direction.SENT, List.of(session),
                    transaction));
            // RFC 6120 §10.1: before later stanzas of the client
            if (own) inbound.receive(session.account(), passed, transaction);
        });
    }

    private Optional<Stanza> pass(Account account, Stanza stanza, StanzaTransaction transaction) {
        return kernel.pass(new InterceptedStanza(stanza, account, InterceptedStanza.Direction.SENT, transaction));
    }
}
