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
 * XEP-0388: SASL in which a client says with its first words all that it wants once it is logged in, and is told with
 * the last one how that went; the stream does not begin anew. No account here needs a second step, so no tasks are ever
 * set.
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

    /** §2.1: nothing in it depends on who the client says it is, so it tells nobody who exists. */
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
        if (state.isAuthenticated()) return new Step.Fail(Condition.POLICY_VIOLATION.because("already authenticated")); // §4.8
        if (!state.channel().secure()) return failure(ENCRYPTION_REQUIRED, state);
        var begun = state.pending().filter(pending -> pending.request().isPresent());
        return switch (request.name()) {
            case "authenticate" -> state.pending().isPresent()
                    ? new Step.Fail(Condition.POLICY_VIOLATION.because("one login at a time")) : begin(request, state); // §2.4
            case "response" -> begun
                    .map(pending -> goOn(pending.exchange(), request.text(), pending.request().orElseThrow(), state))
                    .orElseGet(() -> failure(MALFORMED_REQUEST, state));
            case "abort" -> failure(ABORTED, state);
            case "next", "task-data" -> failure(MALFORMED_REQUEST, state, "there is no task");
            default ->
                    new Step.Fail(Condition.UNSUPPORTED_STANZA_TYPE.because("no such SASL element: " + request.name()));
        };
    }

    private Step begin(Element request, StreamState state) {
        if (UserAgent.of(request).isEmpty())
            return failure(MALFORMED_REQUEST, state, "the id of a user agent is a UUID");
        var mechanism = request.attribute("mechanism").orElse("");
        Optional<SaslExchange> exchange;
        switch (fast.presentation(request)) {
            case Presentation.Malformed(var why) -> { return failure(MALFORMED_REQUEST, state, why); }
            case Presentation.Token token -> exchange = authenticator.begin(mechanism, state.host(), state.channel(),
                    token.client(), token.uses(), token.last());
            case Presentation.None _ -> exchange = authenticator.begin(mechanism, state.host(), state.channel());
        }
        var response = request.child(NS, "initial-response").map(Element::text).orElse("");
        return exchange.map(e -> goOn(e, response, request, state)).orElseGet(() -> failure(INVALID_MECHANISM, state));
    }

    private Step goOn(SaslExchange exchange, String message, Element request, StreamState state) {
        var data = decode(message);
        if (data.isEmpty()) return failure(INCORRECT_ENCODING, state);
        return switch (exchange.next(data.get())) {
            case SaslExchange.Outcome.Challenge(byte[] challenge) ->
                    new Step.Reply(data("challenge", challenge), state.authenticating(exchange, request));
            case SaslExchange.Outcome.Failure(var error) -> failure(error, state);
            case SaslExchange.Outcome.Success(_, var who) when state.from().filter(from -> !from.equals(who.user()))
                    .isPresent() -> // §2.3
                    failure(INVALID_AUTHZID, state, "the stream is from " + state.from().orElseThrow());
            case SaslExchange.Outcome.Success(byte[] last, var who) -> {
                var client = UserAgent.of(request).orElse(StreamState.NAMELESS);
                var next = state.authenticated(who.user(), who.mechanism(), client);
                yield new Step.Login(next, () -> who.objection().get().map(error -> failure(error, state))
                        .orElseGet(() -> proceed(request, last, who, state, next)));
            }
        };
    }

    /** §2.6.1: what was asked for is done, and told with the success. */
    private Step proceed(Element request, byte[] last, AuthenticatedUser who, StreamState before, StreamState now) {
        var token = fast.token(request, who, now);
        var resume = request.child(StreamManagement.NS, "resume").map(e -> management.negotiate(e, now));
        var session = bind.session(request, now);
        return new Step.Proceed(resume, session, (identity, answers) -> success(last, identity, answers, token),
                error -> refusal(error, before));
    }

    private static Element success(byte[] last, Jid identity, List<Element> answers, Optional<Element> token) {
        var all = new ArrayList<Element>();
        if (last.length > 0) all.add(data("additional-data", last));
        all.add(Element.of(NS, "authorization-identifier").withText(identity.toString()));
        all.addAll(answers);
        token.ifPresent(all::add);
        return Element.of(NS, "success").with(all);
    }

    /** There is no other word for a session that cannot be had than that the login has failed, for now. */
    private static Step refusal(StanzaError error, StreamState state) {
        var failure = Element.of(NS, "failure").with(Element.of(Sasl.NS, TEMPORARY_AUTH_FAILURE.elementName()),
                error.condition().toElement());
        return refused(error.text().isEmpty() ? failure : failure.with(text(error.text())), state);
    }

    private static Step failure(SaslError error, StreamState state) {
        return refused(Element.of(NS, "failure").with(Element.of(Sasl.NS, error.elementName())), state);
    }

    private static Step failure(SaslError error, StreamState state, String why) {
        return refused(Element.of(NS, "failure").with(Element.of(Sasl.NS, error.elementName()), text(why)), state);
    }

    private static Step refused(Element failure, StreamState state) {
        var failed = state.failed();
        if (failed.failures() >= Sasl.MOST_FAILURES)
            return new Step.Fail(Condition.POLICY_VIOLATION.because("too many failed logins"));
        return new Step.Reply(failure, failed);
    }

    /** §2.2: there is no sign for empty data. Around it there may be blanks, as in the examples. */
    private static Optional<byte[]> decode(String text) {
        try {
            return Optional.of(Base64.getDecoder().decode(text.strip()));
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    private static Element text(String words) { return Element.of(NS, "text").withText(words); }

    private static Element data(String name, byte[] data) {
        return Element.of(NS, name).withText(Base64.getEncoder().encodeToString(data));
    }
}
