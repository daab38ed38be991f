package im.martlet.federation;

import im.martlet.address.Jid;
import im.martlet.address.JidException;
import im.martlet.net.Transport;
import im.martlet.routing.PeerStanzas;
import im.martlet.session.Credit;
import im.martlet.spec.Xep;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaError;
import im.martlet.stanza.StreamError;
import im.martlet.stanza.StreamError.Condition;
import im.martlet.stream.StreamClock;
import im.martlet.stream.StreamConnection;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import im.martlet.xml.Text;
import im.martlet.xml.XmlWriter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stream between this server and a remote server. It accepts stanzas from domains that are verified, and carries the
 * stanzas of one {@link OutboundRoute}, after the remote server has agreed. Elements arrive on the stream's mailbox
 * until the stream is settled, then on the I/O thread. A settled stream routes stanzas on the I/O thread and handles
 * all other elements on the mailbox.
 */
@Xep(number = 220, title = "Server Dialback", version = "1.1.1",
        note = "several domains on one stream only as the receiving server; as the initiating server, one stream for each "
                + "pair of domains, so that acknowledgements (XEP-0198) and waiting stanzas belong to one pair")
@Xep(number = 288, title = "Bidirectional Server-to-Server Connections", version = "1.0.1")
abstract sealed class ServerStream implements StreamConnection.Owner, PeerStanzas.Peer, StreamClock.Listener
        permits IncomingStream, OutgoingStream {
    static final String SERVER = Namespaces.SERVER;
    static final String STREAMS = Namespaces.STREAMS;
    static final String TLS = Namespaces.TLS;
    static final String SASL = Namespaces.SASL;
    static final String DIALBACK = Namespaces.DIALBACK;
    static final String DIALBACK_FEATURE = "urn:xmpp:features:dialback";
    static final String BIDI = "urn:xmpp:bidi";
    static final String BIDI_FEATURE = "urn:xmpp:features:bidi";
    static final String SM = Namespaces.STREAM_MANAGEMENT;
    private static final Logger LOG = LoggerFactory.getLogger(ServerStream.class);
    private static final int MOST_UNDER_WAY = 256; // stanzas
    private static final int MOST_DOMAINS = 100; // of the remote server on one stream
    private static final int MOST_PENDING = 4; // dialback keys of one stream that are being verified

    final ServerStreams shared;
    final StreamConnection connection;
    final InboundAckCounter ackCounter = new InboundAckCounter();
    private final Set<String> verified = ConcurrentHashMap.newKeySet(); // domains that the remote server speaks for
    private final Set<DomainPair> pending = ConcurrentHashMap.newKeySet(); // their dialback keys are being verified
    private volatile boolean settled;
    private volatile boolean managed; // with stream management (XEP-0198)
    private volatile @Nullable StreamOwner owner; // set before a stanza is sent
    private volatile long usedAt = System.nanoTime();
    volatile String verifiedBy = ""; // such as "certificate" or "dialback"; empty before
    volatile boolean bidi; // stanzas go both ways (XEP-0288)
    String lang = "";
    String id = ""; // of the stream, chosen by the receiving server

    ServerStream(Transport transport, ServerStreams shared) {
        this.shared = shared;
        this.connection = new StreamConnection(transport, shared.parser(), shared.before(), MOST_UNDER_WAY, this);
    }

    /** Returns the local domain of the stream. Errors for stanzas that name no recipient come from it. */
    @Override public abstract Jid localDomain();

    /** Returns the domains that the stream was opened for; the remote domain is empty before the header names it. */
    abstract DomainPair pair();

    /** Handles an element that is neither a stanza nor of stream management. On the mailbox. */
    abstract void negotiate(Element element);

    /** Returns whether this direction of the stream is open: the remote server may send stanzas and verify domains. */
    abstract boolean acceptsStanzas();

    /** Returns whether this server chose the stream id. A dialback key for an id that the peer chose proves nothing. */
    abstract boolean choosesId();

    /** Handles the answer to this server's request for stream management. */
    abstract void managementAnswered(boolean enabled);

    // ---- elements of the remote server

    @Override public final void element(Element e) {
        if (connection.isOver()) return;
        if (PeerStanzas.isStanza(e, SERVER)) stanza(e);
        else if (e.namespace().equals(SM)) management(e);
        else if (settled) connection.tell(() -> negotiate(e));
        else negotiate(e);
    }

    private void stanza(Element e) {
        if (!acceptsStanzas() || verified.isEmpty())
            connection.end(Condition.NOT_AUTHORIZED.because("no domain of yours is verified on this stream"));
        else {
            used();
            shared.inbound().receive(e, this).ifPresent(this::end);
        }
    }

    @Override public final String namespace() { return SERVER; }

    @Override public final boolean speaksFor(String domain) { return verified.contains(domain); }

    @Override public final boolean mayWriteTo(String domain) { return shared.inbound().isLocal(domain); }

    @Override public final Optional<StanzaError> refusal(Jid from, Jid to) {
        return shared.policy().refusal(to.domain(), from.domain()).map(StanzaError.Condition.NOT_ALLOWED::because);
    }

    @Override public final String lang() { return lang; }

    @Override public final Credit credit() { return connection; }

    @Override public final Runnable admit() { return ackCounter.admit(); }

    @Override public final void beforeRouting(Stanza stanza) {
        if (stanza instanceof Iq.Response answer && RouteStream.isPing(answer.id()))
            shared.alive().accept(new DomainPair(answer.to().domain(), answer.from().domain()));
    }

    private void management(Element e) {
        switch (e.name()) {
            case "r" -> ackCounter.whenHandled(h -> connection.send(Element.of(SM, "a").with("h", h)));
            case "a" -> { if (owner instanceof StreamOwner o) o.acknowledged(this, count(e)); }
            case "enable" -> enable();
            case "resume" -> // §5: a route sends its stanzas again over the next stream
                    connection
                            .send(Element.of(SM, "failed").with(Element.of(StanzaError.NS, "feature-not-implemented")));
            case "enabled" -> managementAnswered(true); // on the mailbox, because the stream is not settled
            case "failed" -> managementAnswered(false);
            default -> connection.end(
                    Condition.UNSUPPORTED_STANZA_TYPE.because("not an element of stream management: " + e.name()));
        }
    }

    private static long count(Element a) {
        try {
            return Long.parseLong(a.attribute("h").orElse("-1"));
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** Makes both servers count from now on (XEP-0198 §3): no stanza of the owner may come before the answer. */
    private void enable() {
        if (!acceptsStanzas() || verified.isEmpty() || managed) {
            connection.send(Element.of(SM, "failed").with(Element.of(StanzaError.NS, "unexpected-request")));
            return;
        }
        ackCounter.begin();
        if (owner instanceof StreamOwner o) o.then(this::enabled);
        else enabled();
    }

    private void enabled() {
        connection.send(Element.of(SM, "enabled"));
        managed = true;
    }

    /** Begins to count in both directions: the remote server has agreed. */
    void startManagement() {
        ackCounter.begin();
        managed = true;
    }

    @Override public void end() { finish(); }

    /** Acknowledges before the end (XEP-0198 §4); without that the remote server sends handled stanzas again. */
    private void sendLastAck() {
        if (managed) connection.send(Element.of(SM, "a").with("h", ackCounter.count()));
    }

    void finish() {
        sendLastAck();
        connection.finish();
    }

    @Override public void closed() { shared.open().remove(this); }

    @Override public void gone() {
        if (owner instanceof StreamOwner o) o.gone(this);
    }

    // ---- dialback, as the receiving server (XEP-0220 §2.2.1)

    /** Verifies a domain: by the certificate of the remote server, or by its key and the authoritative server. */
    void authorize(Element result) {
        var from = domain(result, "from");
        var to = domain(result, "to");
        if (from.isEmpty() || to.isEmpty()) {
            connection.end(Condition.IMPROPER_ADDRESSING.because("dialback needs a domain in 'from' and in 'to'"));
            return;
        }
        var pair = new DomainPair(to.get(), from.get());
        // only this server speaks for its domains
        if (shared.inbound().isLocal(pair.remote())) refuse(pair, "not-acceptable");
        else if (!shared.inbound().isLocal(pair.local())) refuse(pair, "item-not-found");
        else if (shared.policy().refusal(pair.local(), pair.remote()).isPresent()) refuse(pair, "policy-violation");
        else if (verified.size() >= MOST_DOMAINS) refuse(pair, "resource-constraint");
        else if (shared.trust().reason(connection.peerCertificates(), pair.remote()) instanceof Optional<String> reason
                && reason.isPresent())
            accepted(pair, reason.get());
        else if (!choosesId() || shared.settings().security() == FederationSettings.Security.CERTIFICATE)
            refuse(pair, "not-authorized");
        else if (!connection.isSecure() && shared.settings().security() != FederationSettings.Security.PLAIN)
            refuse(pair, "policy-violation");
        else if (pending.size() >= MOST_PENDING) refuse(pair, "resource-constraint");
        else if (pending.add(pair)) verify(pair, result.text().strip());
    }

    private void verify(DomainPair pair, String key) {
        boolean begun = shared.verifications().begin(pair, id, key, outcome -> connection.tell(() -> {
            pending.remove(pair);
            switch (outcome) {
                case ConnectionOutcome.Verified(boolean right) when right -> accepted(pair, "dialback");
                case ConnectionOutcome.Verified _ -> {
                    LOG.warn("{} has shown a wrong dialback key for {}", connection.remote().getAddress(),
                            pair.remote());
                    answer("result", pair, "", "invalid", "");
                    if (verified.isEmpty()) connection.finish(); // §2.2.1
                }
                case ConnectionOutcome.Failed failed ->
                        refuse(pair, failed.unknown() ? "remote-server-not-found" : "remote-server-timeout");
                case ConnectionOutcome.Ready _ ->
                        throw new IllegalStateException("the connection was for a dialback key");
            }
        }));
        if (begun) return;
        pending.remove(pair);
        refuse(pair, "resource-constraint");
    }

    private void accepted(DomainPair pair, String reason) {
        answer("result", pair, "", "valid", "");
        verified(pair, reason);
        settle();
    }

    private void refuse(DomainPair pair, String condition) { answer("result", pair, "", "error", condition); }

    /** Notes that the remote server speaks for a domain. On the mailbox. @param reason such as "dialback" */
    void verified(DomainPair pair, String reason) {
        if (this.verifiedBy.isEmpty()) this.verifiedBy = reason;
        if (verified.isEmpty()) connection.enter(shared.after(), shared.policy().throttle(pair.remote()));
        verified.add(pair.remote());
    }

    /** Ends the negotiation: from now on elements arrive on the I/O thread. */
    void settle() {
        settled = true;
        connection.settle();
    }

    /** Sends an answer of dialback; the prefix "db" is required (§2). @param error a condition; empty for no error */
    void answer(String name, DomainPair pair, String id, String type, String error) {
        var out = new XmlWriter().raw("<db:" + name).attribute("from", pair.local()).attribute("to", pair.remote());
        if (!id.isEmpty()) out.attribute("id", id);
        out.attribute("type", type).raw(error.isEmpty() ? "/>"
                : "><error type='cancel'><" + error + " xmlns='" + StanzaError.NS + "'/></error></db:" + name + ">");
        connection.send(out.toBytes());
    }

    /** Sends a dialback key. */
    void ask(String name, DomainPair pair, String id, String key) {
        var out = new XmlWriter().raw("<db:" + name).attribute("from", pair.local()).attribute("to", pair.remote());
        if (!id.isEmpty()) out.attribute("id", id);
        connection.send(out.raw(">").nodes(List.of(new Text(key)), DIALBACK).raw("</db:" + name + ">").toBytes());
    }

    /** Returns the domain in an attribute, prepared; empty if there is none. */
    static Optional<String> domain(Element e, String attribute) {
        try {
            return e.attribute(attribute).map(Jid::parse).filter(jid -> jid.equals(jid.host())).map(Jid::domain);
        } catch (JidException bad) {
            return Optional.empty();
        }
    }

    /** Begins a stream header. */
    static XmlWriter header() {
        return new XmlWriter()
                .raw("<?xml version='1.0'?><stream:stream xmlns='jabber:server' xmlns:stream='" + STREAMS
                        + "' xmlns:db='" + DIALBACK + "'")
                .attribute("version", "1.0").attribute(Element.XML_LANG, "en");
    }

    // ---- sending, on the mailbox of the owner

    /** Gives the stream its owner, before the first stanza is sent. Any thread. */
    void attachTo(StreamOwner owner) {
        this.owner = owner;
    }

    /** Sends a stanza. @param bytes belong to the stream from now on */
    void send(byte[] bytes) {
        used();
        connection.send(bytes);
    }

    /** Asks for an acknowledgement (XEP-0198 §4). */
    void request() { connection.send(Element.of(SM, "r")); }

    boolean isManaged() { return managed; }

    // ---- state (any thread)

    private void used() { usedAt = System.nanoTime(); }

    long usedAt() { return usedAt; }

    /** Returns whether the negotiation is over. */
    abstract boolean isEstablished();

    boolean isVerified() { return !verified.isEmpty(); }

    Set<String> domains() { return Set.copyOf(verified); }

    @Override public void end(StreamError error) {
        sendLastAck();
        connection.end(error);
    }

    /**
     * Ends the stream if it is unused or not verified in time. Called several times a second, on the clock's thread.
     */
    @Override public void tick(long now) {
        connection.tick(now);
        boolean isKnown = isVerified() || !verifiedBy.isEmpty();
        if (!isKnown && now - connection.openedAt() > shared.settings().handshake().toNanos())
            connection.end(Condition.CONNECTION_TIMEOUT.because("no domain of yours was verified in time"));
        else if (owner instanceof StreamOwner o) o.tick(this, now);
        if (isKnown && now - usedAt > shared.settings().idle().toNanos()) {
            if (owner instanceof StreamOwner o) o.then(this::finish);
            else finish();
        }
    }
}
