package im.martlet.stream;

import im.martlet.address.Jid;
import im.martlet.auth.Channel;
import im.martlet.net.Transport;
import im.martlet.session.Credit;
import im.martlet.session.Link;
import im.martlet.session.Mailbox;
import im.martlet.session.Session;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StreamError;
import im.martlet.stanza.StreamError.Condition;
import im.martlet.xml.Element;
import im.martlet.xml.StreamHeader;
import im.martlet.xml.XmlException;
import im.martlet.xml.XmlStream;
import im.martlet.xml.XmlWriter;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stream of one client. Until a resource is bound every byte is handled on the stream's mailbox, where negotiation
 * may block; from then on bytes are read on the I/O thread, as soon as the mailbox has done what came before.
 */
public final class ClientStream implements Transport.Handler, XmlStream.Receiver, Link, Credit {
    private static final Logger LOG = LoggerFactory.getLogger(ClientStream.class);
    private static final int MOST_UNDER_WAY = 64; // stanzas of this client that wait in mailboxes
    private static final int MOST_CHUNKS = 4; // reads that wait for the negotiation
    private static final long UNASKED_FOR = 1_000_000_000; // nanoseconds
    private static final byte[] END = "</stream:stream>".getBytes(StandardCharsets.US_ASCII);

    private final Transport transport;
    private final Supplier<Set<String>> hosts;
    private final List<StreamFeature> features;
    private final SessionPort sessions;
    private final StreamLimits limits;
    private final Connections connections;
    private final Runnable whenLoggedIn;
    private final ReadingHolds holds;
    private final XmlStream xml;
    private final Mailbox mailbox = new Mailbox("stream", this::caughtUp);
    private final AtomicInteger underWay = new AtomicInteger();
    private final ConcurrentLinkedQueue<Runnable> waiting = new ConcurrentLinkedQueue<>(); // for the client to read
    private final Instant since = Instant.now();
    private final long openedAt = System.nanoTime();

    private volatile StreamLimits.Phase phase; // written on the mailbox
    private volatile Throttle throttle;
    private volatile long heardAt = openedAt;
    private volatile boolean asked; // whether it is still there
    private volatile boolean over; // nothing more is read or written
    private volatile boolean forGood; // the client may not come back to its session
    private long unaskedSince = openedAt; // of the clock
    private volatile boolean headerSent;
    private volatile @Nullable Session session;
    private volatile boolean secure;
    private volatile String tls = "";

    // on the mailbox only
    private volatile @Nullable StreamState state;
    private String lang = "";
    private boolean tlsAgreed; // by STARTTLS, from when nothing in the clear counts, well before TLS is there (RFC 6120 §5.4.3.3)
    private boolean binding;
    private boolean gone;
    private boolean closing; // as soon as a resource is bound
    private final java.util.ArrayDeque<Element> early = new java.util.ArrayDeque<>(0); // came while a resource was being bound

    ClientStream(Transport transport, ClientStreams kind, Runnable whenLoggedIn) {
        this.transport = transport;
        this.hosts = kind.hosts();
        this.features = kind.features();
        this.sessions = kind.sessions();
        this.limits = kind.limits().get();
        this.connections = kind.connections();
        this.whenLoggedIn = whenLoggedIn;
        this.phase = limits.before();
        this.throttle = new Throttle(phase.bytesPerSecond(), phase.burst(), openedAt);
        this.holds = new ReadingHolds(transport);
        this.xml = new XmlStream(kind.parser(), phase.xml(), this);
    }

    // ---- what the connection says (I/O thread)

    @Override public void received(ByteBuffer bytes) {
        if (over) return;
        long now = System.nanoTime();
        heardAt = now;
        asked = false;
        if (!throttle.spend(bytes.remaining(), now)) holds.hold(ReadingHolds.Reason.RATE);
        if (session != null && mailbox.waiting() == 0) {
            feed(bytes);
            return;
        }
        var copy = new byte[bytes.remaining()];
        bytes.get(copy);
        boolean encrypted = secure;
        mailbox.tell(() -> {
            if (encrypted || !tlsAgreed) feed(ByteBuffer.wrap(copy)); // else it came in the clear, behind <starttls/>: dropped
        });
        if (mailbox.waiting() > MOST_CHUNKS) holds.hold(ReadingHolds.Reason.NEGOTIATION);
        if (mailbox.waiting() == 0) holds.release(ReadingHolds.Reason.NEGOTIATION);
    }

    @Override public void secured(Transport.TlsSession session) {
        secure = true;
        tls = session.protocol();
    }

    @Override public void drained() {
        holds.release(ReadingHolds.Reason.OUTBOUND);
        goOn();
    }

    @Override public void closed(Transport.Cause cause) {
        connections.remove(this);
        leave();
        goOn();
    }

    /** Nothing more comes or goes; the session ends at once, however long the connection takes to close. */
    private void leave() {
        over = true;
        mailbox.tell(this::sessionGone);
    }

    private void caughtUp() { holds.release(ReadingHolds.Reason.NEGOTIATION); }

    private void feed(ByteBuffer bytes) {
        if (over) return;
        try {
            xml.feed(bytes);
        } catch (XmlException bad) {
            end(Condition.valueOf(bad.condition().name()).because(String.valueOf(bad.getMessage())));
        } catch (RuntimeException bug) {
            LOG.error("bug: a stream of {} failed", transport.remote(), bug);
            end(Condition.INTERNAL_SERVER_ERROR.plain());
        }
    }

    // ---- what the client says

    @Override public void header(StreamHeader header) {
        var fixed = state().map(StreamState::host);
        switch (Opening.judge(header, hosts.get(), fixed)) {
            case Opening.Refused(var error) -> {
                sendHeader(header.element().attribute("to").filter(hosts.get()::contains).orElseGet(this::anyHost), ""); // §4.9.1.2
                end(error);
            }
            case Opening.Accepted(var host, var language) -> {
                lang = language;
                if (state == null || !state.isAuthenticated()) state = state == null ? StreamState.opened(host, channel()) : secured(state);
                sendHeader(host, state.user().map(Jid::toString).orElse(""));
                offer(state);
            }
        }
    }

    private StreamState secured(StreamState before) { return StreamState.opened(before.host(), channel()); }

    private Channel channel() { return new Channel(secure, transport.remote().getAddress(), transport::channelBinding); }

    private String anyHost() { return hosts.get().iterator().next(); }

    private void sendHeader(String from, String to) {
        headerSent = true;
        send(Opening.answer(from, to));
    }

    private void offer(StreamState state) {
        var offers = features.stream().flatMap(feature -> feature.offer(state).stream()).toList();
        send(new XmlWriter().raw("<stream:features>").nodes(offers, Stanza.CLIENT).raw("</stream:features>").toBytes());
    }

    @Override public void element(Element element) {
        if (over) return;
        var bound = session;
        if (bound != null) sessions.received(bound, inLanguage(element), this, this);
        else if (binding && early.size() < MOST_UNDER_WAY) early.add(element);
        else if (binding) end(Condition.POLICY_VIOLATION.because("wait for the answer"));
        else negotiate(element);
    }

    /** RFC 6120 §8.1.5: what a stanza does not say of its language, its stream does. */
    private Element inLanguage(Element e) {
        return lang.isEmpty() || e.name().equals("iq") || e.attribute(Element.XML_LANG).isPresent() ? e : e.with(Element.XML_LANG, lang);
    }

    private void negotiate(Element request) {
        var now = java.util.Objects.requireNonNull(state, "the header comes first");
        if (!hosts.get().contains(now.host())) {
            end(Condition.HOST_GONE.plain());
            return;
        }
        for (StreamFeature feature : features) if (feature.accepts(request)) {
            apply(feature.negotiate(request, now));
            return;
        }
        boolean stanza = request.namespace().equals(Stanza.CLIENT) && Set.of("message", "presence", "iq").contains(request.name());
        end(stanza ? Condition.NOT_AUTHORIZED.because("log in and bind a resource first")
                : Condition.UNSUPPORTED_STANZA_TYPE.because("not a stanza, and nothing that is on offer: " + request.name()));
    }

    private void apply(Step step) {
        switch (step) {
            case Step.Reply(var answer, var next) -> {
                state = next;
                send(bytes(answer));
            }
            case Step.Restart(var answer, var next, var instead) -> {
                state = next; // whoever changes the password from now on sees this stream, and ends it
                instead.get().ifPresentOrElse(this::apply, () -> loggedIn(answer));
            }
            case Step.Secure(var answer) -> {
                tlsAgreed = true;
                xml.stop();
                xml.restart();
                transport.startTls(bytes(answer), java.util.Objects.requireNonNull(state).host());
            }
            case Step.Refuse(var answer) -> {
                send(bytes(answer));
                finish();
            }
            case Step.Fail(var error) -> end(error);
            case Step.Bind(var id, var resource) -> {
                binding = true;
                sessions.bind(java.util.Objects.requireNonNull(state).user().orElseThrow(), resource, this, answer -> bound(id, answer));
            }
            case Step.Resume resume -> {
                binding = true;
                sessions.resume(java.util.Objects.requireNonNull(state).user().orElseThrow(), resume, this, outcome -> resumed(resume.answer().apply(outcome), outcome));
            }
        }
    }

    private void loggedIn(Element answer) {
        phase = limits.after();
        throttle = new Throttle(phase.bytesPerSecond(), phase.burst(), System.nanoTime());
        xml.limits(phase.xml());
        xml.restart();
        send(bytes(answer));
    }

    /** On the account's mailbox. */
    private void bound(String requestId, SessionPort.Binding answer) {
        send(switch (answer) {
            case SessionPort.Binding.Bound(var it) -> BindAnswer.bound(requestId, it.jid());
            case SessionPort.Binding.Refused(var error) -> BindAnswer.refused(requestId, error);
        });
        mailbox.tell(() -> bindingDone(answer instanceof SessionPort.Binding.Bound(var it) ? it : null));
    }

    /** On the account's mailbox. */
    private void resumed(Step next, SessionPort.Resumption outcome) {
        if (outcome instanceof SessionPort.Resumption.Resumed(var it, _) && next instanceof Step.Reply(var answer, _)) {
            send(bytes(answer));
            mailbox.tell(() -> bindingDone(it));
        } else mailbox.tell(() -> {
            apply(next);
            bindingDone(null);
        });
    }

    private void bindingDone(@Nullable Session bound) {
        binding = false;
        if (bound != null) {
            if (gone) sessions.closed(bound, this, forGood);
            else {
                session = bound;
                whenLoggedIn.run();
            }
        }
        for (var e = early.poll(); e != null; e = early.poll()) element(e);
        if (closing) finish();
    }

    @Override public void end() {
        forGood = true;
        if (binding) closing = true; // what was sent behind the request for a resource is heard first
        else finish();
    }

    // ---- what the server says (any thread)

    @Override public void send(byte[] bytes) {
        if (over) return;
        transport.write(bytes);
        long queued = transport.queued();
        if (queued > phase.outbound()) tooSlow();
        else if (queued > phase.outbound() / 4) {
            holds.hold(ReadingHolds.Reason.OUTBOUND);
            if (transport.queued() == 0) holds.release(ReadingHolds.Reason.OUTBOUND); // drained meanwhile
        }
    }

    private void tooSlow() {
        leave(); // first of all: what would tell the client so is not read either
        transport.close();
    }

    @Override public void end(StreamError error) {
        if (over) return;
        forGood = switch (error.condition()) { // whoever did nothing wrong may come back
            case CONNECTION_TIMEOUT, SYSTEM_SHUTDOWN, INTERNAL_SERVER_ERROR, RESOURCE_CONSTRAINT, RESET, SEE_OTHER_HOST -> false;
            default -> true;
        };
        if (!headerSent) sendHeader(anyHost(), "");
        transport.write(error.toXml().getBytes(StandardCharsets.UTF_8));
        finish();
    }

    private void finish() {
        if (over) return;
        if (headerSent) transport.write(END.clone());
        leave();
        transport.close();
    }

    @Override public void whenReady(Runnable action) {
        waiting.add(action);
        if (over || transport.queued() <= phase.outbound() / 4) goOn();
    }

    private void goOn() {
        for (var action = waiting.poll(); action != null; action = waiting.poll()) action.run();
    }

    @Override public Details details() {
        return new Details(transport.remote(), since, tls, state == null ? "" : state.mechanism());
    }

    public InetSocketAddress remote() { return transport.remote(); }

    /** What has been agreed on, once the stream is open; any thread. */
    Optional<StreamState> state() { return Optional.ofNullable(state); }

    public boolean isBound() { return session != null; }

    private void sessionGone() {
        if (gone) return;
        gone = true;
        var bound = session;
        if (bound != null) sessions.closed(bound, this, forGood);
    }

    private static byte[] bytes(Element element) { return new XmlWriter().element(element, Stanza.CLIENT).toBytes(); }

    // ---- credit: what this client has under way

    @Override public void take() {
        if (underWay.incrementAndGet() < MOST_UNDER_WAY) return;
        holds.hold(ReadingHolds.Reason.CREDIT);
        if (underWay.get() <= MOST_UNDER_WAY / 2) holds.release(ReadingHolds.Reason.CREDIT); // all given back meanwhile
    }

    @Override public void giveBack() {
        if (underWay.decrementAndGet() == MOST_UNDER_WAY / 2) holds.release(ReadingHolds.Reason.CREDIT);
    }

    // ---- time (the timer's thread)

    /** Called several times a second: ends what takes too long, asks who is silent, lets go on who was too fast. */
    public void tick(long now) {
        if (over) return;
        if (holds.isHeld(ReadingHolds.Reason.RATE) && throttle.hasTokens(now)) holds.release(ReadingHolds.Reason.RATE);
        var bound = session;
        if (bound == null) {
            if (now - openedAt > limits.toAuthenticate().toNanos()) end(Condition.CONNECTION_TIMEOUT.because("it took too long to log in"));
            return;
        }
        long silent = now - heardAt;
        if (silent > limits.idle().plus(limits.patience()).toNanos()) end(Condition.CONNECTION_TIMEOUT.because("no answer to a ping"));
        else if (silent > limits.idle().toNanos() && !asked) {
            asked = true;
            bound.account().tell(Credit.UNLIMITED, () -> bound.ping(BindAnswer.ping(bound.jid()))); // a stanza like any other: it is counted
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
