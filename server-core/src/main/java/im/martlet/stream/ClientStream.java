package im.martlet.stream;

import im.martlet.address.Jid;
import im.martlet.auth.SaslChannel;
import im.martlet.negotiation.SessionPort;
import im.martlet.negotiation.Step;
import im.martlet.negotiation.StreamFeature;
import im.martlet.negotiation.StreamState;
import im.martlet.net.Transport;
import im.martlet.session.Credit;
import im.martlet.session.Link;
import im.martlet.session.Session;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StreamError;
import im.martlet.stanza.StreamError.Condition;
import im.martlet.xml.Element;
import im.martlet.xml.StreamHeader;
import im.martlet.xml.XmlWriter;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The stream of one client. Until a resource is bound every byte is handled on the stream's mailbox, where negotiation
 * may block; from then on bytes are read on the I/O thread, as soon as the mailbox has done what came before.
 */
public final class ClientStream implements StreamConnection.Owner, Link, StreamClock.Listener {
    private static final int MOST_UNDER_WAY = 64; // stanzas of this client that wait in mailboxes
    private static final long UNASKED_FOR = 1_000_000_000; // nanoseconds

    private final Supplier<Set<String>> hosts;
    private final List<StreamFeature> features;
    private final SessionPort sessions;
    private final StreamLimits limits;
    private final OpenClientStreams connections;
    private final Runnable whenLoggedIn;
    private final StreamConnection wire;

    private long askedAt = System.nanoTime(); // whether it is still there; of the clock
    private volatile boolean forGood; // the client may not come back to its session
    private long unaskedSince; // of the clock
    private volatile @Nullable Session session;

    // on the mailbox only
    private volatile @Nullable StreamState state;
    private String lang = "";
    private boolean binding;
    private boolean loggingIn; // and nothing may come until that is over
    private volatile boolean answered; // the request to bind: written on the account's mailbox, before the client can know
    private boolean gone;
    private boolean closing; // as soon as a resource is bound
    private final java.util.ArrayDeque<Element> early = new java.util.ArrayDeque<>(0); // came while a resource was being bound

    ClientStream(Transport transport, StreamFormat.Kind framing, ClientStreams kind, Runnable whenLoggedIn) {
        this.hosts = kind.hosts();
        this.features = kind.features();
        this.sessions = kind.sessions();
        this.limits = kind.limits().get();
        this.connections = kind.connections();
        this.whenLoggedIn = whenLoggedIn;
        this.wire = new StreamConnection(transport, limits.before(), MOST_UNDER_WAY, this,
                framing.begin(kind.parser(), limits.before().xml(), this));
        this.unaskedSince = wire.openedAt();
    }

    /** Who hears what the connection says. */
    Transport.Handler handler() { return wire; }

    @Override public void closed() { connections.remove(this); }

    // ---- what the client says

    @Override public void header(StreamHeader header) {
        var fixed = state().map(StreamState::host);
        switch (StreamHeaderRules.judge(header, hosts.get(), fixed)) {
            case StreamHeaderRules.Refused(var error) -> {
                sendHeader(header.element().attribute("to").filter(hosts.get()::contains).orElseGet(this::anyHost), ""); // §4.9.1.2
                end(error);
            }
            case StreamHeaderRules.Accepted(var host, var language, var from) -> {
                lang = language;
                if (state == null || !state.isAuthenticated()) state = StreamState.opened(host, channel(), from);
                wire.open(host, state.user().or(() -> from).map(Jid::toString).orElse(""), offer(state)); // RFC 6120 §4.7.2
            }
        }
    }

    private SaslChannel channel() {
        return new SaslChannel(wire.isSecure(), wire.remote().getAddress(), wire::binds, wire::channelBinding);
    }

    private String anyHost() { return hosts.get().iterator().next(); }

    private void sendHeader(String from, String to) { wire.open(from, to); }

    @Override public void introduce() { sendHeader(anyHost(), ""); }

    private byte[] offer(StreamState state) {
        var offers = features.stream().flatMap(feature -> feature.offer(state).stream()).toList();
        return new XmlWriter().raw("<stream:features>").nodes(offers, Stanza.CLIENT).raw("</stream:features>")
                .toBytes();
    }

    @Override public void element(Element element) {
        if (wire.isOver()) return;
        var bound = session;
        if (bound != null) sessions.received(bound, inLanguage(element), this, wire);
        else if (binding && loggingIn && !answered) end(Condition.POLICY_VIOLATION.because("the login is not over")); // XEP-0388 §2.4
        else if (binding && (answered || early.size() < MOST_UNDER_WAY)) early.add(element); // once it is answered, reading is held by the mailbox
        else if (binding) end(Condition.POLICY_VIOLATION.because("wait for the answer"));
        else negotiate(element);
    }

    /** RFC 6120 §8.1.5: what a stanza does not say of its language, its stream does. */
    private Element inLanguage(Element e) {
        return lang.isEmpty() || e.name().equals("iq") || e.attribute(Element.XML_LANG).isPresent() ? e
                : e.with(Element.XML_LANG, lang);
    }

    private void negotiate(Element request) {
        var now = java.util.Objects.requireNonNull(state, "the header comes first");
        if (!hosts.get().contains(now.host())) {
            end(Condition.HOST_GONE.plain());
            return;
        }
        if (now.pending().flatMap(StreamState.OpenExchange::request).isPresent()
                && !request.namespace().equals(Sasl2.NS)) {
            end(Condition.POLICY_VIOLATION.because("the login is not over")); // XEP-0388 §2.4
            return;
        }
        for (StreamFeature feature : features) if (feature.accepts(request)) {
            apply(feature.negotiate(request, now));
            return;
        }
        boolean stanza = request.namespace().equals(Stanza.CLIENT)
                && Set.of("message", "presence", "iq").contains(request.name());
        end(stanza ? Condition.NOT_AUTHORIZED.because("log in and bind a resource first")
                : Condition.UNSUPPORTED_STANZA_TYPE
                        .because("not a stanza, and nothing that is on offer: " + request.name()));
    }

    private void apply(Step step) {
        switch (step) {
            case Step.Reply(var answer, var next) -> {
                state = next;
                wire.send(answer);
            }
            case Step.Login(var next, var then) -> {
                state = next; // whoever changes the password from now on sees this stream, and ends it
                apply(then.get());
            }
            case Step.Restart(var answer) -> loggedIn(answer);
            case Step.Proceed login -> {
                wire.enter(limits.after());
                begin();
                loggingIn = true;
                wire.tell(() -> proceed(login)); // behind what came together with the login, and should not have
            }
            case Step.Secure(var answer) -> wire.startTls(answer, java.util.Objects.requireNonNull(state).host());
            case Step.Refuse(var answer) -> {
                wire.send(answer);
                wire.finish();
            }
            case Step.Fail(var error) -> end(error);
            case Step.Bind(var id, var resource) -> {
                begin();
                sessions.bind(user(), SessionPort.Wanted.named(resource), this, answer -> bound(id, answer));
            }
            case Step.Resume resume -> {
                begin();
                sessions.resume(user(), resume, this, outcome -> resumed(resume.answer().apply(outcome), outcome));
            }
        }
    }

    private Jid user() { return java.util.Objects.requireNonNull(state).user().orElseThrow(); }

    private void begin() {
        binding = true;
        answered = false;
    }

    private void loggedIn(Element answer) {
        wire.enter(limits.after());
        wire.restart();
        wire.send(answer);
    }

    /** On the account's mailbox. */
    private void bound(String requestId, SessionPort.BindResult answer) {
        answered = true;
        send(switch (answer) {
            case SessionPort.BindResult.Bound(var it, _) -> BindReplies.bound(requestId, it.jid());
            case SessionPort.BindResult.Refused(var error) -> BindReplies.refused(requestId, error);
        });
        wire.tell(() -> bindingDone(answer instanceof SessionPort.BindResult.Bound(var it, _) ? it : null));
    }

    /** On the account's mailbox; when there is no session to resume, on any thread. */
    private void resumed(Step next, SessionPort.Resumption outcome) {
        if (outcome instanceof SessionPort.Resumption.Resumed(var it, _) && next instanceof Step.Reply(var answer, _)) {
            answered = true;
            wire.send(answer);
            wire.tell(() -> bindingDone(it));
        } else wire.tell(() -> {
            apply(next);
            bindingDone(null);
        });
    }

    // ---- a login with all that was asked for with it (XEP-0388)

    private void proceed(Step.Proceed login) {
        if (wire.isOver()) bindingDone(null);
        else switch (login.first().orElse(null)) {
            case null -> enter(login, List.of());
            case Step.Resume resume -> sessions.resume(user(), resume, this,
                    outcome -> resumed(login, resume.answer().apply(outcome), outcome));
            case Step other -> refused(login, other);
        }
    }

    private void refused(Step.Proceed login, Step instead) {
        if (instead instanceof Step.Reply(var refusal, _)) enter(login, List.of(refusal));
        else {
            apply(instead);
            bindingDone(null);
        }
    }

    /** On the account's mailbox; when there is no session to resume, on any thread. */
    private void resumed(Step.Proceed login, Step next, SessionPort.Resumption outcome) {
        if (outcome instanceof SessionPort.Resumption.Resumed(var it, _) && next instanceof Step.Reply(var answer, _)) {
            answered = true;
            wire.send(login.success().tell(it.jid(), List.of(answer))); // XEP-0198 §9.2: no features follow
            wire.tell(() -> entered(it));
        } else wire.tell(() -> refused(login, next));
    }

    private void enter(Step.Proceed login, List<Element> answers) {
        var now = java.util.Objects.requireNonNull(state);
        if (login.session().isEmpty()) {
            send(succeeded(login.success().tell(user(), answers), now));
            bindingDone(null);
            return;
        }
        var wanted = login.session().get();
        sessions.bind(user(), wanted.wanted(), this, answer -> { // on the account's mailbox
            switch (answer) {
                case SessionPort.BindResult.Bound(var it, var said) -> {
                    answered = true;
                    var all = Stream.concat(answers.stream(), Stream.of(wanted.answer().apply(said))).toList();
                    send(succeeded(login.success().tell(it.jid(), all), now.bound()));
                    wire.tell(() -> entered(it));
                }
                case SessionPort.BindResult.Refused(var error) -> wire.tell(() -> {
                    wire.enter(limits.before());
                    apply(login.refusal().apply(error));
                    bindingDone(null);
                });
            }
        });
    }

    private void entered(Session session) {
        state = java.util.Objects.requireNonNull(state).bound();
        bindingDone(session);
    }

    /** XEP-0388 §2.6.1: the features of what is a new stream follow at once. */
    private List<byte[]> succeeded(Element success, StreamState now) {
        return List.of(StreamConnection.bytes(success), offer(now));
    }

    private void bindingDone(@Nullable Session bound) {
        binding = false;
        loggingIn = false;
        if (bound != null) {
            if (gone) sessions.closed(bound, this, forGood);
            else {
                session = bound;
                wire.settle();
                whenLoggedIn.run();
            }
        }
        for (var e = early.poll(); e != null; e = early.poll()) element(e);
        if (closing) wire.finish();
    }

    @Override public void end() {
        forGood = true;
        if (binding) closing = true; // what was sent behind the request for a resource is heard first
        else wire.finish();
    }

    // ---- what the server says (any thread)

    @Override public void send(byte[] bytes) { wire.send(bytes); }

    @Override public void send(List<byte[]> elements) { wire.send(elements); }

    @Override public void end(StreamError error) {
        if (wire.isOver()) return;
        forGood = switch (error.condition()) { // whoever did nothing wrong may come back
            case CONNECTION_TIMEOUT, SYSTEM_SHUTDOWN, INTERNAL_SERVER_ERROR, RESOURCE_CONSTRAINT, RESET,
                    SEE_OTHER_HOST -> false;
            default -> true;
        };
        wire.end(error);
    }

    @Override public void whenReady(Runnable action) { wire.whenReady(action); }

    @Override public Details details() {
        return new Details(wire.remote(), wire.since(), wire.tls(), state == null ? "" : state.mechanism(),
                state == null ? StreamState.NAMELESS : state.client());
    }

    public InetSocketAddress remote() { return wire.remote(); }

    /** What has been agreed on, once the stream is open; any thread. */
    Optional<StreamState> state() {
        return Optional.ofNullable(state);
    }

    public boolean isBound() { return session != null; }

    @Override public void gone() {
        if (gone) return;
        gone = true;
        var bound = session;
        if (bound != null) sessions.closed(bound, this, forGood);
    }

    // ---- time (the timer's thread)

    /** Called several times a second: ends what takes too long, asks who is silent, lets go on who was too fast. */
    @Override public void tick(long now) {
        if (wire.isOver()) return;
        wire.tick(now);
        var bound = session;
        if (bound == null) {
            if (now - wire.openedAt() > limits.toAuthenticate().toNanos())
                end(Condition.CONNECTION_TIMEOUT.because("it took too long to log in"));
            return;
        }
        long silent = now - wire.heardAt();
        if (silent > limits.idle().plus(limits.patience()).toNanos())
            end(Condition.CONNECTION_TIMEOUT.because("no answer to a ping"));
        else if (silent > limits.idle().toNanos() && askedAt - wire.heardAt() < 0) {
            askedAt = now;
            bound.account().tell(Credit.UNLIMITED, () -> bound.ping(BindReplies.ping(bound.jid()))); // a stanza like any other: it is counted
        }
        askForAcknowledgement(bound, now);
    }

    /** What was sent and not asked about for a while is asked about now: most clients are idle most of the time. */
    private void askForAcknowledgement(Session bound, long now) {
        if (!bound.isUnasked()) unaskedSince = now;
        else if (now - unaskedSince > UNASKED_FOR) {
            unaskedSince = now;
            bound.account().tell(Credit.UNLIMITED, bound::request);
        }
    }
}
