package im.martlet.routing;

import im.martlet.address.Jid;
import im.martlet.extension.Hook;
import im.martlet.extension.Kernel;
import im.martlet.extension.Kernel.Installed;
import im.martlet.extension.Query;
import im.martlet.session.Mailboxes;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Decision;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Message;
import im.martlet.stanza.Presence;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import jakarta.inject.Inject;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers the stanzas that are not for accounts: to a host itself (RFC 6120 §10.5.2), a component, a service below a
 * host, or a remote server. A service receives them on a mailbox of its own. The requests of local users to their host
 * do not come here. Any thread.
 */
final class DomainDelivery {
    private static final Logger LOG = LoggerFactory.getLogger(DomainDelivery.class);
    private final LocalDomains local;
    private final Kernel kernel;
    private final Mailboxes mailboxes;
    private final RemoteRoutes remote;
    private final Router router;
    private final ServerQueries queries;

    @Inject DomainDelivery(LocalDomains local, Kernel kernel, Mailboxes mailboxes, RemoteRoutes remote, Router router,
            ServerQueries queries) {
        this.queries = queries;
        this.local = local;
        this.kernel = kernel;
        this.mailboxes = mailboxes;
        this.remote = remote;
        this.router = router;
    }

    void receive(Stanza stanza, StanzaTransaction transaction) {
        Jid to = Objects.requireNonNull(stanza.to());
        if (local.isHost(to.domain())) ErrorReplies.handle(stanza, () -> host(stanza), router::route);
        else local.component(to.domain()).ifPresentOrElse(components -> components.send(stanza, transaction),
                () -> local.service(to.domain()).ifPresentOrElse(service -> tell(service, stanza, to, transaction),
                        () -> remote.send(stanza, transaction)));
    }

    private void host(Stanza stanza) {
        switch (stanza) {
            case Iq.Request request when request.to().isBare() ->
                    router.route(answer(request, kernel.handler(request, Hook.To.SERVER)
                            .orElseThrow(() -> new StanzaException(Condition.SERVICE_UNAVAILABLE.plain()))));
            case Message m when m.to().isBare() && kernel.heardByHost(m) -> {}
            case Iq.Request _, Message _ -> throw new StanzaException(Condition.SERVICE_UNAVAILABLE.plain());
            case Iq.Response response -> queries.answered(response);
            case Presence p -> Decision.DROPPED.log(LOG, "a host takes no presence", null, p);
        }
    }

    private void tell(Installed service, Stanza stanza, Jid to, StanzaTransaction transaction) {
        mailboxes.tell(service.service().owner().apply(to), transaction, () -> ErrorReplies.handle(stanza,
                () -> serve(service, stanza, transaction), error -> router.route(error, transaction)));
    }

    private void serve(Installed service, Stanza stanza, StanzaTransaction transaction) {
        var handler = stanza instanceof Iq.Request r && r.to().equals(r.to().host()) ? service.declared().handler(r)
                : Optional.<Function<Query, Iq.Response>>empty();
        if (handler.isPresent()) router.route(answer((Iq.Request) stanza, handler.get()), transaction);
        else service.service().receiver().accept(stanza, transaction);
    }

    private static Iq.Response answer(Iq.Request request, Function<Query, Iq.Response> handler) {
        return handler.apply(new Query(request, Optional.empty(), Optional.empty()));
    }
}
