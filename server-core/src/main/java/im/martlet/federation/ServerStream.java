package im.martlet.federation;

import im.martlet.address.Jid;
import im.martlet.address.JidException;
import im.martlet.net.Transport;
import im.martlet.routing.PeerStanzas;
import im.martlet.session.Credit;
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

/**
 * A stream between two servers, whoever opened it. It takes stanzas from domains that are verified; it carries what one
 * {@link OutboundRoute} sends, once the peer has agreed to that. Elements come on the stream's mailbox, and once it is
 * settled on the I/O thread: stanzas are routed there, everything else is done on the mailbox.
 */
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
    private static final int MOST_UNDER_WAY = 256;
    private static final int MOST_DOMAINS = 100; // that one stream may speak for
    private static final int MOST_PENDING = 4; // keys of one stream that are being verified

    final ServerStreams kind;
    final StreamConnection wire;
    final InboundAckCounter handled = new InboundAckCounter();
    private final Set<String> verified = ConcurrentHashMap.newKeySet(); // domains that the peer speaks for
    private final Set<DomainPair> pending = ConcurrentHashMap.newKeySet(); // whose keys are being verified
    private volatile boolean settled;
    private volatile boolean managed; // XEP-0198 is agreed on
    private volatile @Nullable StreamOwner carrier; // set before anything is sent
    private volatile long usedAt = System.nanoTime();
    volatile String how = ""; // the peer was verified
    volatile boolean bidi;
    String lang = "";
    String id = ""; // of the stream, as the receiving server has named it

    ServerStream(Transport transport, ServerStreams kind) {
        this.kind = kind;
        this.wire = new StreamConnection(transport, kind.parser(), kind.before(), MOST_UNDER_WAY, this);
    }

    /** The domain of ours that the stream is between; an answer to what names none comes from it. */
    @Override public abstract Jid here();

    /** The pair that the stream was opened for; the remote domain is empty while it is not known. */
    abstract DomainPair pair();

    /** Takes what is neither stanza nor stream management; on the mailbox. */
    abstract void negotiate(Element element);

    /** Whether the peer may send stanzas and verify domains here, as far as direction goes. */
    abstract boolean takes();

    /** Whether its id is of our making: a key for an id that the peer has chosen proves nothing. */
    abstract boolean namesItself();

    /** The answer to a request for stream management that we made. */
    abstract void managementAnswered(boolean enabled);

    // ---- what comes in

    @Override public final void element(Element e) {
        if (wire.isOver()) return;
        if (PeerStanzas.isStanza(e, SERVER)) stanza(e);
        else if (e.namespace().equals(SM)) management(e);
        else if (settled) wire.tell(() -> negotiate(e));
        else negotiate(e);
    }

    private void stanza(Element e) {
        if (!takes() || verified.isEmpty())
            wire.end(Condition.NOT_AUTHORIZED.because("no domain is verified for stanzas from there"));
        else {
            used();
            kind.inbound().receive(e, this).ifPresent(this::end);
        }
    }

    @Override public final String namespace() { return SERVER; }

    @Override public final boolean speaksFor(String domain) { return verified.contains(domain); }

    @Override public final boolean reaches(String domain) { return kind.inbound().isLocal(domain); }

    @Override public final Optional<StanzaError> refusal(Jid from, Jid to) {
        return kind.policy().refusal(to.domain(), from.domain()).map(StanzaError.Condition.NOT_ALLOWED::because);
    }

    @Override public final String lang() { return lang; }

    @Override public final Credit credit() { return wire; }

    @Override public final Runnable admit() { return handled.admit(); }

    @Override public final void passing(Stanza stanza) {
        if (stanza instanceof Iq.Response answer && OutboundRoute.isSign(answer.id()))
            kind.alive().accept(new DomainPair(answer.to().domain(), answer.from().domain()));
    }

    private void management(Element e) {
        switch (e.name()) {
            case "r" -> handled.whenHandled(h -> wire.send(Element.of(SM, "a").with("h", h)));
            case "a" -> { if (carrier instanceof StreamOwner c) c.acknowledged(this, count(e)); }
            case "enable" -> enable();
            case "resume" ->
                    wire.send(Element.of(SM, "failed").with(Element.of(StanzaError.NS, "feature-not-implemented"))); // §5: what is lost with a stream goes over the next
            case "enabled" -> managementAnswered(true); // before it is settled: on the mailbox
            case "failed" -> managementAnswered(false);
            default -> wire.end(Condition.UNSUPPORTED_STANZA_TYPE.because("no stream management: " + e.name()));
        }
    }

    private static long count(Element a) {
        try {
            return Long.parseLong(a.attribute("h").orElse("-1"));
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** XEP-0198 §3: both begin to count now; nothing of ours may come between that and the answer. */
    private void enable() {
        if (!takes() || verified.isEmpty() || managed) {
            wire.send(Element.of(SM, "failed").with(Element.of(StanzaError.NS, "unexpected-request")));
            return;
        }
        handled.begin();
        if (carrier instanceof StreamOwner c) c.then(this::enabled);
        else enabled();
    }

    private void enabled() {
        wire.send(Element.of(SM, "enabled"));
        managed = true;
    }

    void manage() {
        handled.begin();
        managed = true;
    }

    @Override public void end() { finish(); }

    /** XEP-0198 §4: what was handled is said before the end, or it would come again. */
    private void lastWord() {
        if (managed) wire.send(Element.of(SM, "a").with("h", handled.count()));
    }

    void finish() {
        lastWord();
        wire.finish();
    }

    @Override public void closed() { kind.open().remove(this); }

    @Override public void gone() {
        if (carrier instanceof StreamOwner c) c.gone(this);
    }

    // ---- dialback, as the receiving server (XEP-0220 §2.2.1)

    /** A key for a pair: it is the peer's certificate that counts, or what the authoritative server says of the key. */
    void authorize(Element result) {
        var from = domain(result, "from");
        var to = domain(result, "to");
        if (from.isEmpty() || to.isEmpty()) {
            wire.end(Condition.IMPROPER_ADDRESSING.because("dialback is between two domains"));
            return;
        }
        var pair = new DomainPair(to.get(), from.get());
        if (kind.inbound().isLocal(pair.remote())) refuse(pair, "not-acceptable"); // nobody but us speaks for us
        else if (!kind.inbound().isLocal(pair.local())) refuse(pair, "item-not-found");
        else if (kind.policy().refusal(pair.local(), pair.remote()).isPresent()) refuse(pair, "policy-violation");
        else if (verified.size() >= MOST_DOMAINS) refuse(pair, "resource-constraint");
        else if (kind.trust().reason(wire.peerCertificates(), pair.remote()) instanceof Optional<String> reason
                && reason.isPresent())
            accepted(pair, reason.get());
        else if (!namesItself() || kind.settings().security() == FederationSettings.Security.CERTIFICATE)
            refuse(pair, "not-authorized");
        else if (!wire.isSecure() && kind.settings().security() != FederationSettings.Security.PLAIN)
            refuse(pair, "policy-violation");
        else if (pending.size() >= MOST_PENDING) refuse(pair, "resource-constraint");
        else if (pending.add(pair)) verify(pair, result.text().strip());
    }

    private void verify(DomainPair pair, String key) {
        boolean begun = kind.verifications().begin(pair, id, key, outcome -> wire.tell(() -> {
            pending.remove(pair);
            switch (outcome) {
                case ConnectionOutcome.Verified(boolean right) when right -> accepted(pair, "dialback");
                case ConnectionOutcome.Verified _ -> {
                    OpenServerStreams.LOG.warn("{} shows a false key for {}", wire.remote().getAddress(),
                            pair.remote());
                    answer("result", pair, "", "invalid", "");
                    if (verified.isEmpty()) wire.finish(); // §2.2.1
                }
                case ConnectionOutcome.Failed failed ->
                        refuse(pair, failed.unknown() ? "remote-server-not-found" : "remote-server-timeout");
                case ConnectionOutcome.Ready _ -> throw new IllegalStateException("a key was to be verified");
            }
        }));
        if (begun) return;
        pending.remove(pair);
        refuse(pair, "resource-constraint");
    }

    private void accepted(DomainPair pair, String how) {
        answer("result", pair, "", "valid", "");
        verified(pair, how);
        settle();
    }

    private void refuse(DomainPair pair, String condition) { answer("result", pair, "", "error", condition); }

    /** The peer speaks for a domain; on the mailbox. */
    void verified(DomainPair pair, String how) {
        if (this.how.isEmpty()) this.how = how;
        if (verified.isEmpty()) wire.enter(kind.after(), kind.policy().throttle(pair.remote()));
        verified.add(pair.remote());
    }

    void settle() {
        settled = true;
        wire.settle();
    }

    /** An answer in dialback's namespace; its prefix is a must (§2). @param error a condition, empty for none */
    void answer(String name, DomainPair pair, String id, String type, String error) {
        var out = new XmlWriter().raw("<db:" + name).attribute("from", pair.local()).attribute("to", pair.remote());
        if (!id.isEmpty()) out.attribute("id", id);
        out.attribute("type", type).raw(error.isEmpty() ? "/>"
                : "><error type='cancel'><" + error + " xmlns='" + StanzaError.NS + "'/></error></db:" + name + ">");
        wire.send(out.toBytes());
    }

    /** A key. */
    void ask(String name, DomainPair pair, String id, String key) {
        var out = new XmlWriter().raw("<db:" + name).attribute("from", pair.local()).attribute("to", pair.remote());
        if (!id.isEmpty()) out.attribute("id", id);
        wire.send(out.raw(">").nodes(List.of(new Text(key)), DIALBACK).raw("</db:" + name + ">").toBytes());
    }

    /** A domain in an attribute, prepared; empty when there is none. */
    static Optional<String> domain(Element e, String attribute) {
        try {
            return e.attribute(attribute).map(Jid::parse).filter(jid -> jid.equals(jid.host())).map(Jid::domain);
        } catch (JidException bad) {
            return Optional.empty();
        }
    }

    static XmlWriter header() {
        return new XmlWriter()
                .raw("<?xml version='1.0'?><stream:stream xmlns='jabber:server' xmlns:stream='" + STREAMS
                        + "' xmlns:db='" + DIALBACK + "'")
                .attribute("version", "1.0").attribute(Element.XML_LANG, "en");
    }

    // ---- what goes out (the carrier's thread)

    /** Sends over this stream from now on; before anything is. */
    void carry(StreamOwner carrier) {
        this.carrier = carrier;
    }

    /** Queues a stanza's bytes. */
    void send(byte[] bytes) {
        used();
        wire.send(bytes);
    }

    void request() { wire.send(Element.of(SM, "r")); }

    boolean isManaged() { return managed; }

    // ---- what is known of it (any thread)

    private void used() { usedAt = System.nanoTime(); }

    long usedAt() { return usedAt; }

    /** Whether negotiation is over, as far as stanzas are concerned. */
    abstract boolean isEstablished();

    boolean isVerified() { return !verified.isEmpty(); }

    Set<String> domains() { return Set.copyOf(verified); }

    @Override public void end(StreamError error) {
        lastWord();
        wire.end(error);
    }

    /** Several times a second: what nobody uses goes, and so does who does not say who it is (the clock's thread). */
    @Override public void tick(long now) {
        wire.tick(now);
        boolean known = isVerified() || !how.isEmpty();
        if (!known && now - wire.openedAt() > kind.settings().handshake().toNanos())
            wire.end(Condition.CONNECTION_TIMEOUT.because("it took too long to say who you are"));
        else if (carrier instanceof StreamOwner c) c.tick(this, now);
        if (known && now - usedAt > kind.settings().idle().toNanos()) {
            if (carrier instanceof StreamOwner c) c.then(this::finish);
            else finish();
        }
    }
}
