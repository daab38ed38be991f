package im.martlet.stream;

import im.martlet.stanza.StreamError;
import im.martlet.xml.Element;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** What a stream does next. Only the stream touches the connection; a feature only decides. */
public sealed interface Step {
    /** Send, and go on with the same stream. */
    record Reply(Element xml, StreamState state) implements Step {}

    /**
     * Somebody has logged in: send, then expect a new stream header (RFC 6120 §4.3.3).
     *
     * @param instead asked once the state can be seen by others: what to do if the login does not hold any more
     */
    record Restart(Element xml, StreamState state, Supplier<Optional<Step>> instead) implements Step {}

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
