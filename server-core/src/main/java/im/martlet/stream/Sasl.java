package im.martlet.stream;

import static im.martlet.auth.SaslError.ABORTED;
import static im.martlet.auth.SaslError.ENCRYPTION_REQUIRED;
import static im.martlet.auth.SaslError.INCORRECT_ENCODING;
import static im.martlet.auth.SaslError.INVALID_MECHANISM;
import static im.martlet.auth.SaslError.MALFORMED_REQUEST;

import im.martlet.auth.Authenticator;
import im.martlet.auth.SaslError;
import im.martlet.auth.SaslExchange;
import im.martlet.negotiation.Step;
import im.martlet.negotiation.StreamFeature;
import im.martlet.negotiation.StreamState;
import im.martlet.stanza.StreamError.Condition;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import jakarta.inject.Inject;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** The SASL profile of XMPP (RFC 6120 §6), with the available channel bindings (XEP-0440). */
public final class Sasl implements StreamFeature {
    static final String NS = Namespaces.SASL;
    private static final String BINDINGS = "urn:xmpp:sasl-cb:0";
    /**
     * The failures that end a stream. §6.4.4 suggests at most 5, but some clients try every mechanism on offer. The
     * {@link im.martlet.auth.LoginThrottle} limits guessing.
     */
    static final int MAX_FAILURES = 8;

    private final Authenticator authenticator;

    @Inject public Sasl(Authenticator authenticator) { this.authenticator = authenticator; }

    @Override public List<Element> offer(StreamState state) {
        if (!state.channel().secure() || state.isAuthenticated()) return List.of();
        var mechanisms = Element.of(NS, "mechanisms").with(authenticator.mechanisms(state.channel()).stream()
                .map(name -> Element.of(NS, "mechanism").withText(name)).toList());
        var bindings = state.channel().types().stream()
                .map(type -> Element.of(BINDINGS, "channel-binding").with("type", type.registeredName())).toList();
        return bindings.isEmpty() ? List.of(mechanisms)
                : List.of(mechanisms, Element.of(BINDINGS, "sasl-channel-binding").with(bindings));
    }

    @Override public boolean accepts(Element request) { return request.namespace().equals(NS); }

    @Override public Step negotiate(Element request, StreamState state) {
        if (state.isAuthenticated())
            return new Step.Fail(Condition.POLICY_VIOLATION.because("the stream is already authenticated"));
        if (!state.channel().secure()) return failure(ENCRYPTION_REQUIRED, state);
        return switch (request.name()) {
            case "auth" -> state.pending().isPresent() ? failure(MALFORMED_REQUEST, state) : begin(request, state);
            case "response" -> state.pending().map(open -> next(open.exchange(), request, state))
                    .orElseGet(() -> failure(MALFORMED_REQUEST, state));
            case "abort" -> failure(ABORTED, state);
            default ->
                    new Step.Fail(
                            Condition.UNSUPPORTED_STANZA_TYPE.because("SASL has no element <" + request.name() + "/>"));
        };
    }

    private Step begin(Element auth, StreamState state) {
        return auth.attribute("mechanism")
                .flatMap(mechanism -> authenticator.begin(mechanism, state.host(), state.channel()))
                .map(exchange -> next(exchange, auth, state))
                .orElseGet(() -> failure(INVALID_MECHANISM, state));
    }

    private Step next(SaslExchange exchange, Element message, StreamState state) {
        var data = decode(message.text());
        if (data.isEmpty()) return failure(INCORRECT_ENCODING, state);
        return switch (exchange.next(data.get())) {
            case SaslExchange.Outcome.Challenge(byte[] challenge) ->
                    new Step.Reply(element("challenge", challenge), state.authenticating(exchange));
            case SaslExchange.Outcome.Success(byte[] last, var user) ->
                    new Step.Login(state.authenticated(user.user(), user.mechanism()),
                            () -> user.objection().get().map(error -> failure(error, state))
                                    .orElseGet(() -> new Step.Restart(element("success", last))));
            case SaslExchange.Outcome.Failure(var error) -> failure(error, state);
        };
    }

    private static Step failure(SaslError error, StreamState state) {
        var failed = state.failed();
        if (failed.failures() >= MAX_FAILURES)
            return new Step.Fail(Condition.POLICY_VIOLATION.because("too many logins failed"));
        return new Step.Reply(Element.of(NS, "failure").with(Element.of(NS, error.elementName())), failed);
    }

    /** Decodes the data. §6.4.2: "=" stands for empty data. No text stands for no data, which counts as empty too. */
    private static Optional<byte[]> decode(String text) {
        if (text.isEmpty() || text.equals("=")) return Optional.of(new byte[0]);
        try {
            return Optional.of(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    private static Element element(String name, byte[] data) {
        return Element.of(NS, name).withText(data.length == 0 ? "" : Base64.getEncoder().encodeToString(data));
    }

}
