package im.martlet.stream;

import im.martlet.address.Jid;
import im.martlet.session.Credit;
import im.martlet.session.Link;
import im.martlet.session.Session;
import im.martlet.stanza.StanzaError;
import im.martlet.xml.Element;
import java.util.Optional;
import java.util.function.Consumer;

/** What a stream needs of the rest of the server once somebody is logged in. Calls return at once. */
public interface SessionPort {
    /** The answer to a request for a resource. */
    sealed interface Binding {
        record Bound(Session session) implements Binding {}

        record Refused(StanzaError error) implements Binding {}
    }

    /** Binds a resource. {@code answer} is called on the account's mailbox, before anything can be sent to the session. */
    void bind(Jid user, Optional<String> resource, Link link, Consumer<Binding> answer);

    /** Takes an element that a session sent. */
    void received(Session session, Element element, Credit credit);

    /** The session's connection is gone. */
    void closed(Session session);
}
