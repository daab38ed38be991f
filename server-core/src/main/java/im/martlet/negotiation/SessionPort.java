package im.martlet.negotiation;

import im.martlet.address.Jid;
import im.martlet.session.Credit;
import im.martlet.session.Link;
import im.martlet.session.Session;
import im.martlet.stanza.StanzaError;
import im.martlet.xml.Element;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** What a stream needs of the rest of the server once somebody is logged in. Calls return at once. */
public interface SessionPort {
    /** The answer to a request for a resource. */
    sealed interface BindResult {
        /** @param said what the features that were asked for with it have to say */
        record Bound(Session session, List<Element> said) implements BindResult {}

        record Refused(StanzaError error) implements BindResult {}
    }

    /**
     * A session that is wanted.
     *
     * @param resource its name; the server chooses when it is empty
     * @param together whether all that a session needs is asked for in one go (XEP-0386)
     * @param features what is to be enabled in it, then
     */
    record Wanted(Optional<String> resource, boolean together, List<Element> features) {
        /** As RFC 6120 has it. */
        public static Wanted named(Optional<String> resource) {
            return new Wanted(resource, false, List.of());
        }
    }

    /**
     * Binds a resource. {@code answer} is called on the account's mailbox, before anything can be sent to the session.
     */
    void bind(Jid user, Wanted wanted, Link link, Consumer<BindResult> answer);

    /** The answer to a request to go on with a session. */
    sealed interface Resumption {
        /** @param handled stanzas of the client that were handled, modulo 2^32 */
        record Resumed(Session session, long handled) implements Resumption {}

        /** There is no such session any more; {@code handled} is known if there was one once. */
        record Gone(OptionalLong handled) implements Resumption {}

        /** Nothing can be said now: the database fails. The client has to ask again, rather than take it for a no. */
        record Unknown() implements Resumption {}

        /** The client says that it has handled more than it was sent. */
        record TooHigh(long sent) implements Resumption {}
    }

    /**
     * Goes on with a session of a user over another connection. {@code answer} is called on the account's mailbox,
     * before anything can be sent to the session; on any thread when there is none.
     */
    void resume(Jid user, Step.Resume request, Link link, Consumer<Resumption> answer);

    /** Takes an element that a session sent on one of its connections. */
    void received(Session session, Element element, Link link, Credit credit);

    /**
     * A session's connection is gone.
     *
     * @param forGood whether the client has closed its stream, or may not come back to it
     */
    void closed(Session session, Link link, boolean forGood);
}
