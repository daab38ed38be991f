package im.martlet.extension;

import im.martlet.session.Account;
import im.martlet.session.Session;
import im.martlet.stanza.Iq;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.xml.Element;
import java.util.Optional;

/**
 * A request to answer.
 *
 * @param asked the account it is addressed to; empty when it is for the server
 * @param asker the local session that asks; empty when it comes from elsewhere, or when somebody else's account is
 * asked
 */
public record Query(Iq.Request iq, Optional<Account> asked, Optional<Session> asker) {
    /** The account asked, for handlers {@code To.ACCOUNT} and {@code To.OWN_ACCOUNT}. */
    public Account account() {
        return asked.or(() -> asker.map(Session::account))
                .orElseThrow(() -> new StanzaException(Condition.FORBIDDEN.plain()));
    }

    /** The session that asks, for handlers {@code To.OWN_ACCOUNT}. */
    public Session session() {
        return asker.orElseThrow(() -> new StanzaException(Condition.FORBIDDEN.plain()));
    }

    /** The child of the request. */
    public Element element() { return iq.element(); }

    public Iq.Response result(Element... payload) { return iq.result(payload); }
}
