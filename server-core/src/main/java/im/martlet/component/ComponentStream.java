package im.martlet.component;

import im.martlet.address.Jid;
import im.martlet.address.JidException;
import im.martlet.net.Transport;
import im.martlet.routing.PeerStanzas;
import im.martlet.session.Credit;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Message;
import im.martlet.stanza.Presence;
import im.martlet.stanza.RandomIds;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StreamError;
import im.martlet.stanza.StreamError.Condition;
import im.martlet.stream.StreamClock;
import im.martlet.stream.StreamConnection;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import im.martlet.xml.StreamHeader;
import im.martlet.xml.XmlWriter;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection of a component: a header, a handshake, then stanzas both ways (XEP-0114 §3). */
final class ComponentStream implements StreamConnection.Owner, PeerStanzas.Peer, StreamClock.Listener {
    static final String NS = Namespaces.COMPONENT;
    private static final Logger LOG = LoggerFactory.getLogger(ComponentStream.class);
    private static final long TIME_TO_AUTHENTICATE = 30_000_000_000L;
    private static final long SILENCE = 60_000_000_000L; // after which something is sent, so that a dead connection is found out
    private static final int MOST_UNDER_WAY = 256;

    private final Components kind;
    private final StreamConnection wire;
    private final Runnable whenVerified;
    private final PendingRequests given = new PendingRequests(); // to the component
    private final PendingRequests asked = new PendingRequests(); // by the component
    private String id = "";
    private volatile String domain = ""; // what the header says; believed from the handshake on
    private volatile @Nullable Component component; // it speaks for
    private volatile String lang = "";
    private volatile long saidAt = System.nanoTime();

    /** @param whenVerified told once, when it is a component's */
    ComponentStream(Transport transport, Components kind, Runnable whenVerified) {
        this.kind = kind;
        this.whenVerified = whenVerified;
        this.wire = new StreamConnection(transport, kind.parser(), Components.BEFORE, MOST_UNDER_WAY, this);
    }

    StreamConnection wire() { return wire; }

    /** Requests that it was given and has not answered. */
    PendingRequests given() { return given; }

    /** Requests of its own, so that the answer comes to this connection. */
    PendingRequests asked() { return asked; }

    boolean isOver() { return wire.isOver(); }

    String domain() { return domain; }

    // ---- what comes in

    @Override public void header(StreamHeader header) {
        var e = header.element();
        lang = e.attribute(Element.XML_LANG).orElse("");
        domain = domain(e);
        if (!e.namespace().equals(Namespaces.STREAMS) || !header.contentNamespace().equals(NS))
            wire.end(Condition.INVALID_NAMESPACE.because("components speak " + NS + " here"));
        else if (!e.name().equals("stream")) wire.end(Condition.BAD_FORMAT.because("a stream begins with <stream>"));
        else if (!kind.has(domain))
            wire.end(Condition.HOST_UNKNOWN.because("'to' names no component that is configured here"));
        else introduce();
    }

    private static String domain(Element header) {
        try {
            return header.attribute("to").map(Jid::parse).filter(jid -> jid.equals(jid.host())).map(Jid::domain)
                    .orElse("");
        } catch (JidException e) {
            return "";
        }
    }

    @Override public void introduce() {
        id = RandomIds.next();
        var out = new XmlWriter()
                .raw("<?xml version='1.0'?><stream:stream xmlns='" + NS + "' xmlns:stream='" + Namespaces.STREAMS + "'")
                .attribute("id", id);
        if (!domain.isEmpty()) out.attribute("from", domain);
        wire.open(out.raw(">").toBytes());
    }

    @Override public void element(Element e) {
        if (wire.isOver()) return;
        if (e.name().equals("handshake") && component == null) handshake(e.text().strip());
        else if (!PeerStanzas.isStanza(e, NS))
            wire.end(Condition.UNSUPPORTED_STANZA_TYPE.because("neither a stanza nor the handshake: " + e.name()));
        else if (component == null) wire.end(Condition.NOT_AUTHORIZED.because("the handshake comes first"));
        else stanza(e);
    }

    private void stanza(Element e) { kind.stanzas().receive(e, this).ifPresent(this::end); }

    private void handshake(String shown) {
        var settings = kind.settings(domain);
        if (settings.isEmpty() || !MessageDigest.isEqual(proof(settings.get().secret().value()),
                shown.getBytes(StandardCharsets.UTF_8))) {
            LOG.warn("{} does not know the secret of {}", wire.remote().getAddress(), domain);
            wire.end(Condition.NOT_AUTHORIZED.because("that is not the secret of " + domain));
            return;
        }
        var own = kind.component(domain);
        component = own;
        wire.enter(Components.after(settings.get()));
        own.add(this, settings.get().queue().bytes());
    }

    private byte[] proof(String secret) {
        try {
            var sha1 = MessageDigest.getInstance("SHA-1").digest((id + secret).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(sha1).getBytes(StandardCharsets.US_ASCII);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** On the component's mailbox: nothing was sent before. */
    void accepted() {
        wire.send(Element.of(Stanza.CLIENT, "handshake"));
        wire.settle();
        whenVerified.run();
        LOG.info("{} is connected from {}", domain, wire.remote().getAddress());
    }

    @Override public void end() { wire.finish(); }

    @Override public void end(StreamError error) { wire.end(error); }

    @Override public void closed() { kind.open().remove(this); }

    @Override public void gone() {
        if (component instanceof Component c) c.remove(this);
    }

    // ---- whose stanzas come in

    @Override public String namespace() { return NS; }

    @Override public boolean speaksFor(String asked) { return asked.equals(domain); }

    @Override public boolean reaches(String anywhere) { return true; }

    @Override public Jid here() { return Jid.of("", domain, ""); }

    @Override public String lang() { return lang; }

    @Override public Credit credit() { return wire; }

    @Override public Runnable admit() { return () -> {}; }

    @Override public void passing(Stanza stanza) {
        switch (stanza) {
            case Iq.Request request -> asked.add(request);
            case Iq.Response response -> given.answered(response);
            case Message _, Presence _ -> {}
        }
    }

    // ---- what goes out (the component's mailbox)

    /**
     * @return false when the component has left so much unread that the next should wait until {@code ready} is called
     */
    boolean send(byte[] bytes, Runnable ready) {
        saidAt = System.nanoTime();
        wire.send(bytes);
        if (!wire.isBehind()) return true;
        if (component instanceof Component c) wire.whenReady(() -> c.tell(ready));
        return false;
    }

    @Override public void tick(long now) {
        wire.tick(now);
        if (component == null && now - wire.openedAt() > TIME_TO_AUTHENTICATE)
            wire.end(Condition.CONNECTION_TIMEOUT.because("it took too long to say who you are"));
        else if (component != null && now - saidAt > SILENCE) {
            saidAt = now;
            wire.send(new byte[]{ ' ' });
        }
    }
}
