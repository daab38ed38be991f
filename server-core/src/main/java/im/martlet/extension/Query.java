package im.martlet.extension;

import im.martlet.session.Account;
import im.martlet.session.Session;
import im.martlet.stanza.Iq;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.xml.Element;
import java.util.Optional;

/**
 * A request that a handler answers.
 *
 * @param asked the account that the request is addressed to; empty if it is for the server
 * @param asker the local session that sent the request; empty if the sender is remote, or if the request is for another
 * account
 */
public record Query(Iq.Request iq, Optional<Account> asked, Optional<Session> asker) {
    /** Returns the account that the request is for, in handlers of {@code To.ACCOUNT} and {@code To.OWN_ACCOUNT}. */
    public Account account() {
        return asked.or(() -> asker.map(Session::account))
                .orElseThrow(() -> new StanzaException(Condition.FORBIDDEN.plain()));
    }

    /** Returns the session that sent the request, in handlers of {@code To.OWN_ACCOUNT}. */
    public Session session() {
        return asker.orElseThrow(() -> new StanzaException(Condition.FORBIDDEN.plain()));
    }

    /** Returns the child of the request. */
    public Element element() { return iq.element(); }

    public Iq.Response result(Element... payload) { return iq.result(payload); }
}
