package im.martlet.account;

import im.martlet.extension.Hook.To;
import im.martlet.extension.Kernel;
import im.martlet.extension.Query;
import im.martlet.im.Visibility;
import im.martlet.session.Account;
import im.martlet.session.Session;
import im.martlet.stanza.Iq;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import jakarta.inject.Inject;
import java.util.Optional;

/** Finds who answers a request, and lets it answer. A request that nobody knows is answered too. */
final class AccountRequests {
    private final Kernel kernel;
    private final Visibility visibility;

    @Inject AccountRequests(Kernel kernel, Visibility visibility) {
        this.kernel = kernel;
        this.visibility = visibility;
    }

    /** A request for a host. */
    Iq.Response toServer(Iq.Request request, Optional<Session> asker) {
        return answer(request, new Query(request, Optional.empty(), asker), To.SERVER);
    }

    /** A request of a session for its own account. */
    Iq.Response toOwnAccount(Iq.Request request, Session asker) {
        var query = new Query(request, Optional.of(asker.account()), Optional.of(asker));
        return kernel.handler(request, To.OWN_ACCOUNT).isPresent() ? answer(request, query, To.OWN_ACCOUNT)
                : answer(request, query, To.ACCOUNT);
    }

    /**
     * A request of somebody else for an account. Who may not see its presence is refused as by an account that does not
     * exist (RFC 6121 §8.5.1), whatever the reason: what an account has for everybody is all that a stranger can learn
     * of it.
     */
    Iq.Response toAccount(Iq.Request request, Account account) {
        try {
            return answer(request, new Query(request, Optional.of(account), Optional.empty()), To.ACCOUNT);
        } catch (StanzaException e) {
            throw visibility.maySee(account, request.from()) ? e
                    : new StanzaException(Condition.SERVICE_UNAVAILABLE.plain());
        }
    }

    private Iq.Response answer(Iq.Request request, Query query, To to) {
        return kernel.handler(request, to).orElseThrow(() -> new StanzaException(Condition.SERVICE_UNAVAILABLE.plain()))
                .apply(query);
    }
}
