package im.martlet.stream;

import static im.martlet.auth.SaslError.ABORTED;
import static im.martlet.auth.SaslError.ENCRYPTION_REQUIRED;
import static im.martlet.auth.SaslError.INCORRECT_ENCODING;
import static im.martlet.auth.SaslError.INVALID_AUTHZID;
import static im.martlet.auth.SaslError.INVALID_MECHANISM;
import static im.martlet.auth.SaslError.MALFORMED_REQUEST;
import static im.martlet.auth.SaslError.TEMPORARY_AUTH_FAILURE;

import im.martlet.address.Jid;
import im.martlet.auth.AuthenticatedUser;
import im.martlet.auth.Authenticator;
import im.martlet.auth.SaslError;
import im.martlet.auth.SaslExchange;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.negotiation.Step;
import im.martlet.negotiation.StreamFeature;
import im.martlet.negotiation.StreamState;
import im.martlet.spec.Xep;
import im.martlet.stanza.StanzaError;
import im.martlet.stanza.StreamError.Condition;
import im.martlet.stream.Fast.Presentation;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * XEP-0388: SASL in which the client's first element also requests a session, and the success carries the result. The
 * stream does not restart. No account of this server needs a second step, so the server never sets tasks.
 */
@Xep(number = 388, title = "Extensible SASL Profile", version = "1.0.4", note = "no tasks")
public final class Sasl2 implements Extension, StreamFeature {
    public static final String NS = "urn:xmpp:sasl:2";

    private final Authenticator authenticator;
    private final Fast fast;
    private final Bind2 bind;
    private final StreamManagement management;

    @Inject Sasl2(Authenticator authenticator, Fast fast, Bind2 bind, StreamManagement management) {
        this.authenticator = authenticator;
        this.fast = fast;
        this.bind = bind;
        this.management = management;
    }

    @Override public List<Hook> hooks() { return List.of(Hook.streamFeature(this)); }

    /** §2.1: the offer is the same for every account, so it does not reveal which accounts exist. */
    @Override public List<Element> offer(StreamState state) {
        if (!state.channel().secure() || state.isAuthenticated()) return List.of();
        var mechanisms = authenticator.mechanisms(state.channel()).stream()
                .map(name -> Element.of(NS, "mechanism").withText(name)).toList();
        var inline =
                Stream.of(Optional.of(bind.inline()), Optional.of(management.inline()), fast.inline(state.channel()))
                        .flatMap(Optional::stream).toList();
        return List.of(Element.of(NS, "authentication").with(mechanisms).with(Element.of(NS, "inline").with(inline)));
    }

    @Override public boolean accepts(Element request) { return request.namespace().equals(NS); }

    @Override public Step negotiate(Element request, StreamState state) {
        if (state.isAuthenticated())
            return new Step.Fail(Condition.POLICY_VIOLATION.because("the stream is already authenticated")); // §4.8
        if (!state.channel().secure()) return failure(ENCRYPTION_REQUIRED, state);
        var open = state.pending().filter(pending -> pending.request().isPresent());
        return switch (request.name()) {
            case "authenticate" -> state.pending().isPresent()
                    ? new Step.Fail(Condition.POLICY_VIOLATION.because("another login is under way"))
                    : begin(request, state); // §2.4
            case "response" -> open
                    .map(pending -> next(pending.exchange(), request.text(), pending.request().orElseThrow(), state))
                    .orElseGet(() -> failure(MALFORMED_REQUEST, state));
            case "abort" -> failure(ABORTED, state);
            case "next", "task-data" -> failure(MALFORMED_REQUEST, state, "this server sets no tasks");
            default ->
                    new Step.Fail(
                            Condition.UNSUPPORTED_STANZA_TYPE.because("SASL has no element <" + request.name() + "/>"));
        };
    }

    private Step begin(Element request, StreamState state) {
        if (UserAgent.of(request).isEmpty())
            return failure(MALFORMED_REQUEST, state, "the id of the user agent must be a UUID");
        var mechanism = request.attribute("mechanism").orElse("");
        Optional<SaslExchange> exchange;
        switch (fast.presentation(request)) {
            case Presentation.Malformed(var reason) -> { return failure(MALFORMED_REQUEST, state, reason); }
            case Presentation.Token token -> exchange = authenticator.begin(mechanism, state.host(), state.channel(),
                    token.client(), token.uses(), token.last());
            case Presentation.None _ -> exchange = authenticator.begin(mechanism, state.host(), state.channel());
        }
        var response = request.child(NS, "initial-response").map(Element::text).orElse("");
        return exchange.map(e -> next(e, response, request, state)).orElseGet(() -> failure(INVALID_MECHANISM, state));
    }

    private Step next(SaslExchange exchange, String message, Element request, StreamState state) {
        var data = decode(message);
        if (data.isEmpty()) return failure(INCORRECT_ENCODING, state);
        return switch (exchange.next(data.get())) {
            case SaslExchange.Outcome.Challenge(byte[] challenge) ->
                    new Step.Reply(data("challenge", challenge), state.authenticating(exchange, request));
            case SaslExchange.Outcome.Failure(var error) -> failure(error, state);
            case SaslExchange.Outcome.Success(_, var user) when state.from().filter(from -> !from.equals(user.user()))
                    .isPresent() -> // §2.3
                    failure(INVALID_AUTHZID, state, "the 'from' of the stream is " + state.from().orElseThrow());
            case SaslExchange.Outcome.Success(byte[] last, var user) -> {
                var client = UserAgent.of(request).orElse(StreamState.NAMELESS);
                var next = state.authenticated(user.user(), user.mechanism(), client);
                yield new Step.Login(next, () -> user.objection().get().map(error -> failure(error, state))
                        .orElseGet(() -> proceed(request, last, user, state, next)));
            }
        };
    }

    /** Carries out the requests of the client and reports them in the success (§2.6.1). */
    private Step proceed(Element request, byte[] last, AuthenticatedUser user, StreamState before, StreamState now) {
        var token = fast.token(request, user, now);
        var resume = request.child(StreamManagement.NS, "resume").map(e -> management.negotiate(e, now));
        var session = bind.session(request, now);
        return new Step.Proceed(resume, session, (identity, replies) -> success(last, identity, replies, token),
                error -> refusal(error, before));
    }

    private static Element success(byte[] last, Jid identity, List<Element> replies, Optional<Element> token) {
        var all = new ArrayList<Element>();
        if (last.length > 0) all.add(data("additional-data", last));
        all.add(Element.of(NS, "authorization-identifier").withText(identity.toString()));
        all.addAll(replies);
        token.ifPresent(all::add);
        return Element.of(NS, "success").with(all);
    }

    /** Returns a temporary login failure, because XEP-0388 has no other reply for a session that cannot be bound. */
    private static Step refusal(StanzaError error, StreamState state) {
        var failure = Element.of(NS, "failure").with(Element.of(Sasl.NS, TEMPORARY_AUTH_FAILURE.elementName()),
                error.condition().toElement());
        return refused(error.text().isEmpty() ? failure : failure.with(text(error.text())), state);
    }

    private static Step failure(SaslError error, StreamState state) {
        return refused(Element.of(NS, "failure").with(Element.of(Sasl.NS, error.elementName())), state);
    }

    private static Step failure(SaslError error, StreamState state, String reason) {
        return refused(Element.of(NS, "failure").with(Element.of(Sasl.NS, error.elementName()), text(reason)), state);
    }

    private static Step refused(Element failure, StreamState state) {
        var failed = state.failed();
        if (failed.failures() >= Sasl.MAX_FAILURES)
            return new Step.Fail(Condition.POLICY_VIOLATION.because("too many logins failed"));
        return new Step.Reply(failure, failed);
    }

    /** Decodes the data. §2.2: empty data has no sign. Spaces may surround the data, as in the examples. */
    private static Optional<byte[]> decode(String text) {
        try {
            return Optional.of(Base64.getDecoder().decode(text.strip()));
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    private static Element text(String text) { return Element.of(NS, "text").withText(text); }

    private static Element data(String name, byte[] data) {
        return Element.of(NS, name).withText(Base64.getEncoder().encodeToString(data));
    }
}
