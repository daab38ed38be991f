package im.martlet.negotiation;

import im.martlet.address.Jid;
import im.martlet.stanza.StanzaError;
import im.martlet.stanza.StreamError;
import im.martlet.xml.Element;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** What a stream does next. Only the stream touches the connection; a feature only decides. */
public sealed interface Step {
    /** Send, and go on with the same stream. */
    record Reply(Element xml, StreamState state) implements Step {}

    /**
     * Somebody has logged in.
     *
     * @param then asked once the state can be seen by others: what comes next, or what to do if the login does not hold
     * any more
     */
    record Login(StreamState state, Supplier<Step> then) implements Step {}

    /** Send, then expect a new stream header (RFC 6120 §4.3.3). */
    record Restart(Element xml) implements Step {}

    /**
     * Go on without a new header (XEP-0388 §2.6.1): do what was asked for together with the login, then tell.
     *
     * @param first a {@link Resume}, or a {@link Reply} that refuses it; what follows is not done if it succeeds
     * @param session to be begun
     * @param success what to tell; or, when there can be no session, {@code refusal} is the next step
     */
    record Proceed(Optional<Step> first, Optional<NewSession> session, Success success,
            Function<StanzaError, Step> refusal) implements Step {}

    /** @param answer what to tell, of what the features that were asked for with it have to say */
    record NewSession(SessionPort.Wanted wanted, Function<List<Element>, Element> answer) {}

    /** Says that the login has succeeded: of whom, and how what was asked for with it went. */
    interface Success {
        Element tell(Jid identity, List<Element> answers);
    }

    /** Send in the clear, then TLS, then a new stream header. */
    record Secure(Element xml) implements Step {}

    /** Send, then close the stream. */
    record Refuse(Element xml) implements Step {}

    /** End the stream with an error. */
    record Fail(StreamError error) implements Step {}

    /**
     * Go on with a session that lost its connection.
     *
     * @param previous the name that the session was given for this
     * @param handled stanzas that the client has handled, modulo 2^32
     * @param answer the next step, when it is known how it went
     */
    record Resume(String previous, long handled, Function<SessionPort.Resumption, Step> answer) implements Step {}

    /** Bind a resource and answer the request. */
    record Bind(String requestId, Optional<String> resource) implements Step {}
}
