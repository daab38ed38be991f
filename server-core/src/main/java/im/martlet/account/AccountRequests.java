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

/** Answers requests to accounts and hosts with the handlers of extensions, or with an error if there is no handler. */
final class AccountRequests {
    private final Kernel kernel;
    private final Visibility visibility;

    @Inject AccountRequests(Kernel kernel, Visibility visibility) {
        this.kernel = kernel;
        this.visibility = visibility;
    }

    /** Answers a request to a host. */
    Iq.Response toServer(Iq.Request request, Optional<Session> asker) {
        return answer(request, new Query(request, Optional.empty(), asker), To.SERVER);
    }

    /** Answers a request of a session to its own account. */
    Iq.Response toOwnAccount(Iq.Request request, Session asker) {
        var query = new Query(request, Optional.of(asker.account()), Optional.of(asker));
        return kernel.handler(request, To.OWN_ACCOUNT).isPresent() ? answer(request, query, To.OWN_ACCOUNT)
                : answer(request, query, To.ACCOUNT);
    }

    /**
     * Answers a request of another account or server to an account. If the sender may not see the account's presence,
     * each error becomes the error of an account that does not exist (RFC 6121 §8.5.1). So a stranger learns of an
     * account only its public data.
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
