package im.martlet.component;

import im.martlet.address.Jid;
import im.martlet.address.JidException;
import im.martlet.digest.Sha;
import im.martlet.net.Transport;
import im.martlet.routing.PeerStanzas;
import im.martlet.session.Credit;
import im.martlet.spec.Xep;
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
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection of a component: a header, a handshake, then stanzas both ways (XEP-0114 §3). */
@Xep(number = 114, title = "Jabber Component Protocol", version = "1.6",
        note = "as the server that components connect to")
final class ComponentStream implements StreamConnection.Owner, PeerStanzas.Peer, StreamClock.Listener {
    static final String NS = Namespaces.COMPONENT;
    private static final Logger LOG = LoggerFactory.getLogger(ComponentStream.class);
    private static final long TIME_TO_AUTHENTICATE = 30_000_000_000L; // nanoseconds
    private static final long SILENCE = 60_000_000_000L; // nanoseconds; then a space is sent, to find dead connections
    private static final int MOST_UNDER_WAY = 256; // stanzas

    private final Components components;
    private final StreamConnection connection;
    private final Runnable whenVerified;
    private final PendingRequests requestsToComponent = new PendingRequests();
    private final PendingRequests requestsFromComponent = new PendingRequests();
    private String id = "";
    private volatile String domain = ""; // as the header says; verified by the handshake
    private volatile @Nullable Component component; // null before the handshake
    private volatile String lang = "";
    private volatile long sentAt = System.nanoTime();

    /** @param whenVerified called once, after the handshake */
    ComponentStream(Transport transport, Components components, Runnable whenVerified) {
        this.components = components;
        this.whenVerified = whenVerified;
        this.connection = new StreamConnection(transport, components.parser(), Components.BEFORE, MOST_UNDER_WAY, this);
    }

    StreamConnection connection() { return connection; }

    /** Returns the requests that the component has not answered. */
    PendingRequests requestsToComponent() {
        return requestsToComponent;
    }

    /** Returns the requests of the component, so that the answers come to this connection. */
    PendingRequests requestsFromComponent() {
        return requestsFromComponent;
    }

    boolean isOver() { return connection.isOver(); }

    String domain() { return domain; }

    // ---- elements of the component

    @Override public void header(StreamHeader header) {
        var e = header.element();
        lang = e.attribute(Element.XML_LANG).orElse("");
        domain = domain(e);
        if (!e.namespace().equals(Namespaces.STREAMS) || !header.contentNamespace().equals(NS))
            connection.end(
                    Condition.INVALID_NAMESPACE.because("this port is for components, which use the namespace " + NS));
        else if (!e.name().equals("stream"))
            connection.end(Condition.BAD_FORMAT.because("a stream begins with <stream>"));
        else if (!components.has(domain))
            connection.end(Condition.HOST_UNKNOWN.because("'to' names no component that is configured here"));
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
        connection.open(out.raw(">").toBytes());
    }

    @Override public void element(Element e) {
        if (connection.isOver()) return;
        if (e.name().equals("handshake") && component == null) handshake(e.text().strip());
        else if (!PeerStanzas.isStanza(e, NS))
            connection
                    .end(Condition.UNSUPPORTED_STANZA_TYPE.because("not a stanza, and not the handshake: " + e.name()));
        else if (component == null) connection.end(Condition.NOT_AUTHORIZED.because("the handshake must come first"));
        else stanza(e);
    }

    private void stanza(Element e) { components.stanzas().receive(e, this).ifPresent(this::end); }

    private void handshake(String shown) {
        var settings = components.settings(domain);
        if (settings.isEmpty() || !MessageDigest.isEqual(proof(settings.get().secret().value()),
                shown.getBytes(StandardCharsets.UTF_8))) {
            LOG.warn("{} has shown a wrong secret for the component {}", connection.remote().getAddress(), domain);
            connection.end(Condition.NOT_AUTHORIZED.because("the secret of " + domain + " is wrong"));
            return;
        }
        var own = components.component(domain);
        component = own;
        connection.enter(Components.after(settings.get()));
        own.add(this, settings.get().queue().bytes());
    }

    private byte[] proof(String secret) {
        return Sha.SHA_1.hex(id + secret).getBytes(StandardCharsets.US_ASCII);
    }

    /** Answers the handshake. On the component's mailbox: no stanza was sent before. */
    void accepted() {
        connection.send(Element.of(Stanza.CLIENT, "handshake"));
        connection.settle();
        whenVerified.run();
        LOG.info("component {} has connected from {}", domain, connection.remote().getAddress());
    }

    @Override public void end() { connection.finish(); }

    @Override public void end(StreamError error) { connection.end(error); }

    @Override public void closed() { components.open().remove(this); }

    @Override public void gone() {
        if (component instanceof Component c) c.remove(this);
    }

    // ---- the peer of the stanzas

    @Override public String namespace() { return NS; }

    @Override public boolean speaksFor(String sender) { return sender.equals(domain); }

    @Override public boolean mayWriteTo(String recipient) { return true; }

    @Override public Jid localDomain() { return Jid.of("", domain, ""); }

    @Override public String lang() { return lang; }

    @Override public Credit credit() { return connection; }

    @Override public Runnable admit() { return () -> {}; }

    @Override public void beforeRouting(Stanza stanza) {
        switch (stanza) {
            case Iq.Request request -> requestsFromComponent.add(request);
            case Iq.Response response -> requestsToComponent.answered(response);
            case Message _, Presence _ -> {}
        }
    }

    // ---- sending, on the component's mailbox

    /**
     * Sends a stanza.
     *
     * @param ready called on the component's mailbox when the component reads again
     * @return false if the component reads too slowly: the next stanza has to wait until {@code ready} is called
     */
    boolean send(byte[] bytes, Runnable ready) {
        sentAt = System.nanoTime();
        connection.send(bytes);
        if (!connection.isBehind()) return true;
        if (component instanceof Component c) connection.whenReady(() -> c.tell(ready));
        return false;
    }

    @Override public void tick(long now) {
        connection.tick(now);
        if (component == null && now - connection.openedAt() > TIME_TO_AUTHENTICATE)
            connection.end(Condition.CONNECTION_TIMEOUT.because("the handshake took too long"));
        else if (component != null && now - sentAt > SILENCE) {
            sentAt = now;
            connection.send(new byte[]{ ' ' });
        }
    }
}
