package im.martlet.stream;

import im.martlet.address.Jid;
import im.martlet.auth.SaslChannel;
import im.martlet.negotiation.SessionPort;
import im.martlet.negotiation.Step;
import im.martlet.negotiation.StreamFeature;
import im.martlet.negotiation.StreamState;
import im.martlet.session.Session;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StreamError.Condition;
import im.martlet.stream.LoginPhase.AwaitedSession;
import im.martlet.stream.LoginPhase.CombinedLogin;
import im.martlet.stream.LoginPhase.Ended;
import im.martlet.stream.LoginPhase.Negotiation;
import im.martlet.stream.LoginPhase.SessionBound;
import im.martlet.stream.LoginPhase.SessionRequest;
import im.martlet.stream.LoginPhase.Unopened;
import im.martlet.xml.Element;
import im.martlet.xml.XmlWriter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The login of one client: carries out the steps that the stream features decide on, and changes the
 * {@link LoginPhase}. On the stream's mailbox, except where a method says otherwise.
 */
final class ClientLogin {
    private final ClientStream stream;
    private final StreamConnection connection;
    private final Supplier<Set<String>> hosts;
    private final List<StreamFeature> features;
    private final SessionPort sessions;
    private final StreamLimits limits;
    private final Runnable whenLoggedIn;
    private volatile LoginPhase phase = new Unopened();

    ClientLogin(ClientStream stream, StreamConnection connection, ClientStreams kind, StreamLimits limits,
            Runnable whenLoggedIn) {
        this.stream = stream;
        this.connection = connection;
        this.hosts = kind.hosts();
        this.features = kind.features();
        this.sessions = kind.sessions();
        this.limits = limits;
        this.whenLoggedIn = whenLoggedIn;
    }

    /** Returns the current phase. Any thread. */
    LoginPhase phase() { return phase; }

    private void enter(LoginPhase next) { if (!(phase instanceof Ended)) phase = next; }

    private StreamState agreed() {
        return phase.state().orElseThrow(() -> new IllegalStateException("an element came before the stream header"));
    }

    private Jid user() { return agreed().user().orElseThrow(); }

    // ---- negotiation

    /** Starts the negotiation with a stream header. A header after authentication keeps the account. */
    StreamState open(String host, SaslChannel channel, Optional<Jid> from) {
        var next = phase.state().filter(StreamState::isAuthenticated)
                .orElseGet(() -> StreamState.opened(host, channel, from));
        enter(new Negotiation(next));
        return next;
    }

    /** Returns the features on offer, as XML. */
    byte[] offer(StreamState state) {
        var offers = features.stream().flatMap(feature -> feature.offer(state).stream()).toList();
        return new XmlWriter().raw("<stream:features>").nodes(offers, Stanza.CLIENT).raw("</stream:features>")
                .toBytes();
    }

    /** Gives a request to the feature that accepts it. May block. */
    void negotiate(Element request) {
        var now = agreed();
        if (!hosts.get().contains(now.host())) {
            stream.end(Condition.HOST_GONE.plain());
            return;
        }
        if (now.pending().flatMap(StreamState.OpenExchange::request).isPresent()
                && !request.namespace().equals(Sasl2.NS)) {
            stream.end(Condition.POLICY_VIOLATION.because("the login is not over")); // XEP-0388 §2.4
            return;
        }
        for (StreamFeature feature : features) if (feature.accepts(request)) {
            apply(feature.negotiate(request, now));
            return;
        }
        boolean stanza = request.namespace().equals(Stanza.CLIENT)
                && Set.of("message", "presence", "iq").contains(request.name());
        stream.end(stanza ? Condition.NOT_AUTHORIZED.because("log in and bind a resource first")
                : Condition.UNSUPPORTED_STANZA_TYPE
                        .because("not a stanza, and no stream feature accepts it: " + request.name()));
    }

    private void apply(Step step) {
        switch (step) {
            case Step.Reply(var answer, var next) -> {
                enter(new Negotiation(next));
                connection.send(answer);
            }
            case Step.Login(var next, var then) -> {
                enter(new Negotiation(next)); // from now on a change of the password ends this stream
                apply(then.get());
            }
            case Step.Restart(var answer) -> {
                connection.enter(limits.after());
                connection.restart();
                connection.send(answer);
            }
            case Step.Proceed login -> {
                connection.enter(limits.after());
                var awaited = await(new CombinedLogin(agreed()));
                // behind all bytes that came with the login, because an element among them breaks the rules
                connection.tell(() -> proceed(awaited, login));
            }
            case Step.Secure(var answer) -> connection.startTls(answer, agreed().host());
            case Step.Refuse(var answer) -> {
                connection.send(answer);
                connection.finish();
            }
            case Step.Fail(var error) -> stream.end(error);
            case Step.Bind(var id, var resource) -> {
                var awaited = await(new SessionRequest(agreed()));
                sessions.bind(user(), SessionPort.BindRequest.named(resource), stream,
                        result -> bound(awaited, id, result));
            }
            case Step.Resume resume -> {
                var awaited = await(new SessionRequest(agreed()));
                sessions.resume(user(), resume, stream,
                        outcome -> resumed(awaited, resume.answer().apply(outcome), outcome));
            }
        }
    }

    private <P extends AwaitedSession> P await(P awaited) {
        enter(awaited);
        return awaited;
    }

    // ---- a session requested by itself

    /** On the account's mailbox. */
    private void bound(SessionRequest awaited, String requestId, SessionPort.BindResult result) {
        awaited.markAnswered();
        switch (result) {
            case SessionPort.BindResult.Bound(var session, _) -> {
                connection.send(BindReplies.bound(requestId, session.jid()));
                connection.tell(() -> begin(awaited, session));
            }
            case SessionPort.BindResult.Refused(var error) -> {
                connection.send(BindReplies.refused(requestId, error));
                connection.tell(() -> negotiateAgain(awaited));
            }
        }
    }

    /** On the account's mailbox. If there is no session to resume, on any thread. */
    private void resumed(SessionRequest awaited, Step next, SessionPort.Resumption outcome) {
        if (outcome instanceof SessionPort.Resumption.Resumed(var session, _)
                && next instanceof Step.Reply(var answer, _)) {
            awaited.markAnswered();
            connection.send(answer);
            connection.tell(() -> begin(awaited, session));
        } else connection.tell(() -> negotiateAgain(awaited, next));
    }

    // ---- a session requested together with the login (XEP-0388)

    private void proceed(CombinedLogin awaited, Step.Proceed login) {
        if (connection.isOver()) negotiateAgain(awaited);
        else switch (login.first().orElse(null)) {
            case null -> bind(awaited, login, List.of());
            case Step.Resume resume -> sessions.resume(user(), resume, stream,
                    outcome -> resumed(awaited, login, resume.answer().apply(outcome), outcome));
            case Step other -> notResumed(awaited, login, other);
        }
    }

    /** On the account's mailbox. If there is no session to resume, on any thread. */
    private void resumed(CombinedLogin awaited, Step.Proceed login, Step next, SessionPort.Resumption outcome) {
        if (outcome instanceof SessionPort.Resumption.Resumed(var session, _)
                && next instanceof Step.Reply(var answer, _)) {
            awaited.markAnswered();
            connection.send(login.success().tell(session.jid(), List.of(answer))); // XEP-0198 §9.2: no features follow
            connection.tell(() -> begin(awaited, session));
        } else connection.tell(() -> notResumed(awaited, login, next));
    }

    private void notResumed(CombinedLogin awaited, Step.Proceed login, Step instead) {
        if (instead instanceof Step.Reply(var refusal, _)) bind(awaited, login, List.of(refusal));
        else negotiateAgain(awaited, instead);
    }

    /** @param replies to the requests that were carried out before this one */
    private void bind(CombinedLogin awaited, Step.Proceed login, List<Element> replies) {
        if (login.session().isEmpty()) {
            connection.send(succeeded(login.success().tell(user(), replies), awaited.agreed()));
            negotiateAgain(awaited);
            return;
        }
        var requested = login.session().get();
        sessions.bind(user(), requested.request(), stream, result -> { // on the account's mailbox
            switch (result) {
                case SessionPort.BindResult.Bound(var session, var enabled) -> {
                    awaited.markAnswered();
                    var all = Stream.concat(replies.stream(), Stream.of(requested.answer().apply(enabled))).toList();
                    connection.send(succeeded(login.success().tell(session.jid(), all), awaited.agreed().bound()));
                    connection.tell(() -> begin(awaited, session));
                }
                case SessionPort.BindResult.Refused(var error) -> connection.tell(() -> {
                    connection.enter(limits.before());
                    negotiateAgain(awaited, login.refusal().apply(error));
                });
            }
        });
    }

    /** XEP-0388 §2.6.1: the features of the new stream follow the success at once. */
    private List<byte[]> succeeded(Element success, StreamState now) {
        return List.of(StreamConnection.bytes(success), offer(now));
    }

    // ---- the end of the wait for a session

    private void begin(AwaitedSession awaited, Session session) {
        if (phase instanceof Ended) stream.lose(session);
        else {
            phase = new SessionBound(awaited.agreed().bound(), session);
            connection.settle();
            whenLoggedIn.run();
        }
        takeHeld(awaited);
    }

    private void negotiateAgain(AwaitedSession awaited, Step next) {
        enter(new Negotiation(awaited.agreed()));
        apply(next);
        takeHeld(awaited);
    }

    private void negotiateAgain(AwaitedSession awaited) {
        enter(new Negotiation(awaited.agreed()));
        takeHeld(awaited);
    }

    /** Takes the elements that came during the wait. One of them may begin another wait, which holds the rest. */
    private void takeHeld(AwaitedSession awaited) {
        for (var element = awaited.poll(); element != null; element = awaited.poll()) stream.element(element);
        if (awaited.isEndRequested()) close();
    }

    // ---- the end of the stream

    /** Ends the stream as the client asked, behind all elements that the client sent before. */
    void close() {
        if (phase instanceof AwaitedSession awaited) awaited.requestEnd();
        else connection.finish();
    }

    /** Enters the last phase. The session loses its link. */
    void end() {
        var last = phase;
        if (last instanceof Ended) return;
        phase = new Ended(last);
        if (last instanceof SessionBound(_, var session)) stream.lose(session);
    }
}
