package im.martlet.negotiation;

import im.martlet.address.Jid;
import im.martlet.stanza.StanzaError;
import im.martlet.stanza.StreamError;
import im.martlet.xml.Element;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The next step of a stream. A feature only decides on it. The stream carries it out, and only it uses the connection.
 */
public sealed interface Step {
    /** Sends an element and continues the same stream in a new state. */
    record Reply(Element xml, StreamState state) implements Step {}

    /**
     * Notes that the client has authenticated.
     *
     * @param state the state of the stream from now on
     * @param then returns the following step; called once other threads can see the state, because the login may have
     * become invalid meanwhile
     */
    record Login(StreamState state, Supplier<Step> then) implements Step {}

    /** Sends an element, then expects a new stream header (RFC 6120 §4.3.3). */
    record Restart(Element xml) implements Step {}

    /**
     * Continues without a new header (XEP-0388 §2.6.1): carries out the requests that came with the login, then reports
     * the success.
     *
     * @param first a {@link Resume}, or a {@link Reply} that refuses it; if a session is resumed, {@code session} is
     * ignored
     * @param session the session to bind; empty to bind none
     * @param success makes the element that reports the success
     * @param refusal returns the next step if the session cannot be bound
     */
    record Proceed(Optional<Step> first, Optional<NewSession> session, Success success,
            Function<StanzaError, Step> refusal) implements Step {}

    /**
     * A session to bind together with the login.
     *
     * @param answer makes the element for the success from the replies of the requested features
     */
    record NewSession(SessionPort.BindRequest request, Function<List<Element>, Element> answer) {}

    /** Makes the element that reports a successful login. */
    interface Success {
        /**
         * @param identity the account, or the full JID of the session if there is one
         * @param replies to the requests that came with the login
         */
        Element tell(Jid identity, List<Element> replies);
    }

    /** Sends an element unencrypted, then begins TLS, then expects a new stream header. */
    record Secure(Element xml) implements Step {}

    /** Sends an element, then closes the stream. */
    record Refuse(Element xml) implements Step {}

    /** Ends the stream with an error. */
    record Fail(StreamError error) implements Step {}

    /**
     * Resumes a session that lost its connection.
     *
     * @param previous the resumption id of the session
     * @param handled the number of stanzas that the client has handled, modulo 2^32
     * @param answer returns the next step for the result
     */
    record Resume(String previous, long handled, Function<SessionPort.Resumption, Step> answer) implements Step {}

    /** Binds a resource and replies to the request. */
    record Bind(String requestId, Optional<String> resource) implements Step {}
}
