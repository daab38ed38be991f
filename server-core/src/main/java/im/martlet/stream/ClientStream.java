package im.martlet.stream;

import im.martlet.address.Jid;
import im.martlet.auth.SaslChannel;
import im.martlet.negotiation.SessionPort;
import im.martlet.negotiation.StreamState;
import im.martlet.net.Transport;
import im.martlet.session.Credit;
import im.martlet.session.Link;
import im.martlet.session.Session;
import im.martlet.stanza.StreamError;
import im.martlet.stanza.StreamError.Condition;
import im.martlet.xml.Element;
import im.martlet.xml.StreamHeader;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stream of one client. Until the client has a session, the stream's mailbox handles every byte, and negotiation
 * may block there. After that the I/O thread reads, as soon as the mailbox has finished all earlier work.
 */
public final class ClientStream implements StreamConnection.Owner, Link, StreamClock.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(ClientStream.class);
    /** Stanzas of one client that may wait in mailboxes. */
    static final int MAX_UNDER_WAY = 64;
    private static final long ACK_REQUEST_DELAY = 1_000_000_000; // nanoseconds

    private final Supplier<Set<String>> hosts;
    private final SessionPort sessions;
    private final StreamLimits limits;
    private final OpenClientStreams streams;
    private final StreamConnection connection;
    private final ClientLogin login;

    private String lang = ""; // on the mailbox only, until the stream is settled
    private long pingedAt = System.nanoTime(); // on the clock's thread only
    private long ackRequestedAt; // on the clock's thread only
    private volatile boolean forGood; // the client may not resume its session

    ClientStream(Transport transport, StreamFormat.Kind format, ClientStreams kind, Runnable whenLoggedIn) {
        this.hosts = kind.hosts();
        this.sessions = kind.sessions();
        this.limits = kind.limits().get();
        this.streams = kind.streams();
        this.connection = new StreamConnection(transport, limits.before(), MAX_UNDER_WAY, this,
                format.begin(kind.parser(), limits.before().xml(), this));
        this.login = new ClientLogin(this, connection, kind, limits, whenLoggedIn);
        this.ackRequestedAt = connection.openedAt();
    }

    /** Returns the handler for the events of the transport. */
    Transport.Handler handler() { return connection; }

    @Override public void closed() { streams.remove(this); }

    // ---- input from the client

    @Override public void header(StreamHeader header) {
        switch (StreamHeaderRules.judge(header, hosts.get(), state().map(StreamState::host))) {
            case StreamHeaderRules.Refused(var error) -> {
                var from = header.element().attribute("to").filter(hosts.get()::contains).orElseGet(this::anyHost);
                connection.open(from, ""); // §4.9.1.2
                end(error);
            }
            case StreamHeaderRules.Accepted(var host, var language, var from) -> {
                lang = language;
                var state = login.open(host, channel(), from);
                var to = state.user().or(() -> from).map(Jid::toString).orElse(""); // RFC 6120 §4.7.2
                connection.open(host, to, login.offer(state));
            }
        }
    }

    private SaslChannel channel() {
        return new SaslChannel(connection.isSecure(), connection.remote().getAddress(), connection::binds,
                connection::channelBinding);
    }

    private String anyHost() { return hosts.get().iterator().next(); }

    @Override public void introduce() { connection.open(anyHost(), ""); }

    @Override public void element(Element element) {
        if (connection.isOver()) {
            LOG.debug("element-dropped reason=\"the stream has ended\" remote={} element={}", remote(), element.name());
            return;
        }
        switch (login.phase()) {
            case LoginPhase.SessionBound(_, var session) ->
                    sessions.received(session, inLanguage(element), this, connection);
            case LoginPhase.AwaitedSession awaited -> hold(awaited, element);
            case LoginPhase.Unopened _, LoginPhase.Negotiation _ -> login.negotiate(element);
            case LoginPhase.Ended _ -> {}
        }
    }

    private void hold(LoginPhase.AwaitedSession awaited, Element element) {
        awaited.hold(element).ifPresentOrElse(this::end,
                () -> LOG.debug("element-held reason=\"the client has no session yet\" remote={} element={}", remote(),
                        element.name()));
    }

    /** RFC 6120 §8.1.5: a stanza without a language has the language of its stream. */
    private Element inLanguage(Element e) {
        return lang.isEmpty() || e.name().equals("iq") || e.attribute(Element.XML_LANG).isPresent() ? e
                : e.with(Element.XML_LANG, lang);
    }

    @Override public void end() {
        forGood = true;
        login.close();
    }

    // ---- output to the client (any thread)

    @Override public void send(byte[] bytes) { connection.send(bytes); }

    @Override public void send(List<byte[]> elements) { connection.send(elements); }

    @Override public void end(StreamError error) {
        if (connection.isOver()) return;
        LOG.debug("stream-ended reason=\"{}\" condition={} remote={}", error.text(), error.condition(), remote());
        forGood = switch (error.condition()) { // a client that broke no rule may resume its session
            case CONNECTION_TIMEOUT, SYSTEM_SHUTDOWN, INTERNAL_SERVER_ERROR, RESOURCE_CONSTRAINT, RESET,
                    SEE_OTHER_HOST -> false;
            default -> true;
        };
        connection.end(error);
    }

    @Override public void whenReady(Runnable action) { connection.whenReady(action); }

    @Override public Details details() {
        var state = state();
        return new Details(connection.remote(), connection.since(), connection.tls(),
                state.map(StreamState::mechanism).orElse(""),
                state.map(StreamState::client).orElse(StreamState.NAMELESS));
    }

    public InetSocketAddress remote() { return connection.remote(); }

    /** Returns the result of the negotiation so far; empty before the first header. Any thread. */
    Optional<StreamState> state() {
        return login.phase().state();
    }

    /** Returns whether the stream has, or had until its end, a session. Any thread. */
    public boolean isBound() {
        return switch (login.phase()) {
            case LoginPhase.SessionBound _ -> true;
            case LoginPhase.Ended(var last) -> last instanceof LoginPhase.SessionBound;
            case LoginPhase.Unopened _, LoginPhase.Negotiation _, LoginPhase.AwaitedSession _ -> false;
        };
    }

    @Override public void gone() { login.end(); }

    /** Takes the link from a session. On the stream's mailbox. */
    void lose(Session session) {
        sessions.closed(session, this, forGood);
    }

    // ---- time (the clock's thread)

    /** Ends a stream that takes too long, pings a silent client, and resumes reading. Called several times a second. */
    @Override public void tick(long now) {
        if (connection.isOver()) return;
        connection.tick(now);
        if (login.phase() instanceof LoginPhase.SessionBound(_, var session)) tick(session, now);
        else if (now - connection.openedAt() > limits.toAuthenticate().toNanos())
            end(Condition.CONNECTION_TIMEOUT.because("the login took too long"));
    }

    private void tick(Session session, long now) {
        long silent = now - connection.heardAt();
        if (silent > limits.idle().plus(limits.patience()).toNanos())
            end(Condition.CONNECTION_TIMEOUT.because("the client did not answer a ping"));
        else if (silent > limits.idle().toNanos() && pingedAt - connection.heardAt() < 0) {
            pingedAt = now;
            // the ping is a stanza like any other, so stream management counts it
            session.account().tell(Credit.UNLIMITED, () -> session.ping(BindReplies.ping(session.jid())));
        }
        requestAcknowledgement(session, now);
    }

    /** Requests an acknowledgement for stanzas that were sent a while ago, because most clients are idle mostly. */
    private void requestAcknowledgement(Session session, long now) {
        if (!session.isUnasked()) ackRequestedAt = now;
        else if (now - ackRequestedAt > ACK_REQUEST_DELAY) {
            ackRequestedAt = now;
            session.account().tell(Credit.UNLIMITED, session::request);
        }
    }
}
