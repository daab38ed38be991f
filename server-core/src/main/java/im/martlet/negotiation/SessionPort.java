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

/** The account layer, as the stream of an authenticated client uses it. Calls return at once. */
public interface SessionPort {
    /** The result of a bind request. */
    sealed interface BindResult {
        /**
         * The session exists.
         *
         * @param replies the replies of the features that the client requested with it
         */
        record Bound(Session session, List<Element> replies) implements BindResult {}

        /** The session does not exist, because of the error. */
        record Refused(StanzaError error) implements BindResult {}
    }

    /**
     * A request for a session.
     *
     * @param resource the name of the resource; empty to let the server choose
     * @param together whether the client requests all features together with the session (XEP-0386)
     * @param features the requests to enable features
     */
    record BindRequest(Optional<String> resource, boolean together, List<Element> features) {
        /** Returns a request as in RFC 6120 §7. */
        public static BindRequest named(Optional<String> resource) {
            return new BindRequest(resource, false, List.of());
        }
    }

    /**
     * Binds a resource. Calls {@code answer} on the account's mailbox, before the session can receive a stanza.
     */
    void bind(Jid user, BindRequest request, Link link, Consumer<BindResult> answer);

    /** The result of a request to resume a session (XEP-0198 §5). */
    sealed interface Resumption {
        /**
         * The session goes on over the new link.
         *
         * @param handled the number of handled stanzas of the client, modulo 2^32
         */
        record Resumed(Session session, long handled) implements Resumption {}

        /** The session does not exist. {@code handled} is present if the server still knows the number. */
        record Gone(OptionalLong handled) implements Resumption {}

        /** The database failed, so the result is not known. The client must try again and not give the session up. */
        record Unknown() implements Resumption {}

        /** The client has acknowledged more stanzas than the {@code sent} ones. */
        record TooHigh(long sent) implements Resumption {}
    }

    /**
     * Resumes a session over another link. Calls {@code answer} on the account's mailbox, before the session can
     * receive a stanza. If there is no session, calls it on any thread.
     */
    void resume(Jid user, Step.Resume request, Link link, Consumer<Resumption> answer);

    /** Handles an element that a session received over one of its links. */
    void received(Session session, Element element, Link link, Credit credit);

    /**
     * Handles the end of a session's link.
     *
     * @param forGood whether the client has closed its stream or may not resume its session
     */
    void closed(Session session, Link link, boolean forGood);
}
