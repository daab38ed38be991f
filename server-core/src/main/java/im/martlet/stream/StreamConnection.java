package im.martlet.stream;

import im.martlet.net.Transport;
import im.martlet.session.Credit;
import im.martlet.session.Mailbox;
import im.martlet.stanza.StreamError;
import im.martlet.stanza.StreamError.Condition;
import im.martlet.xml.Element;
import im.martlet.xml.ElementParser;
import im.martlet.xml.XmlException;
import im.martlet.xml.XmlStream;
import im.martlet.xml.XmlWriter;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stream's connection, whoever is at its other end: bytes come in, within bounds, as elements; what is sent waits,
 * within bounds, until it is read. Until the stream is {@link #settle settled} every byte is handled on the stream's
 * mailbox, where negotiation may block; from then on bytes are read on the I/O thread, as soon as the mailbox has done
 * what came before.
 */
public final class StreamConnection implements Transport.Handler, Credit {
    private static final Logger LOG = LoggerFactory.getLogger(StreamConnection.class);
    private static final int MOST_CHUNKS = 4; // reads that wait for the negotiation
    private static final int LAST = 1 << 30;

    /**
     * Whose connection it is. It hears header, elements and end, on the mailbox or, once settled, on the I/O thread.
     */
    public interface Owner extends XmlStream.Receiver {
        /** Sends a header: an error is to follow, and there was none (RFC 6120 §4.9.1.2). */
        void introduce();

        /** The connection is closed (I/O thread). */
        void closed();

        /** Nothing more comes or goes, closed or not; on the mailbox, perhaps more than once. */
        void gone();
    }

    private final Transport transport;
    private final Owner owner;
    private final int mostUnderWay;
    private final ReadPauses holds;
    private final StreamFormat framing;
    private final Mailbox mailbox = new Mailbox("stream", this::caughtUp);
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger writing = new AtomicInteger(); // how many are, and LAST from when nobody begins to any more
    private volatile List<byte[]> lastWords = List.of();
    private final ConcurrentLinkedQueue<Runnable> waiting = new ConcurrentLinkedQueue<>(); // for the peer to read
    private final Instant since = Instant.now();
    private final long openedAt = System.nanoTime();

    private volatile StreamLimits.Phase phase; // written on the mailbox
    private volatile TokenBucket throttle;
    private volatile long heardAt = openedAt;
    private volatile boolean over; // nothing more is read or written
    private volatile boolean headerSent;
    private volatile boolean settled;
    private volatile Transport.@Nullable TlsSession tls;
    private volatile boolean tlsAgreed; // by STARTTLS, from when nothing in the clear counts, well before TLS is there (RFC 6120 §5.4.3.3)

    /** @param mostUnderWay stanzas of the peer that may wait in mailboxes; it is not read from while there are more */
    public StreamConnection(Transport transport, ElementParser parser, StreamLimits.Phase phase, int mostUnderWay,
            Owner owner) {
        this(transport, phase, mostUnderWay, owner, StreamFormat.document(parser, phase.xml(), owner));
    }

    /** @param framing of the connection, which the owner hears through */
    StreamConnection(Transport transport, StreamLimits.Phase phase, int mostUnderWay, Owner owner,
            StreamFormat framing) {
        this.transport = transport;
        this.owner = owner;
        this.mostUnderWay = mostUnderWay;
        this.phase = phase;
        this.throttle = new TokenBucket(phase.bytesPerSecond(), phase.burst(), openedAt);
        this.holds = new ReadPauses(transport);
        this.framing = framing;
        transport.largest(phase.xml().bytes());
    }

    // ---- what the connection says (I/O thread)

    @Override public void received(ByteBuffer bytes) {
        if (over) return;
        long now = System.nanoTime();
        heardAt = now;
        if (!throttle.spend(bytes.remaining(), now)) holds.hold(ReadPauses.Reason.RATE);
        if (settled && mailbox.waiting() == 0) {
            feed(bytes);
            return;
        }
        var copy = new byte[bytes.remaining()];
        bytes.get(copy);
        boolean encrypted = isSecure();
        mailbox.tell(() -> {
            if (encrypted || !tlsAgreed) feed(ByteBuffer.wrap(copy)); // else it came in the clear, behind <starttls/>: dropped
        });
        if (mailbox.waiting() > MOST_CHUNKS) holds.hold(ReadPauses.Reason.NEGOTIATION);
        if (mailbox.waiting() == 0) holds.release(ReadPauses.Reason.NEGOTIATION);
    }

    @Override public void secured(Transport.TlsSession session) { tls = session; }

    @Override public void drained() {
        holds.release(ReadPauses.Reason.OUTBOUND);
        goOn();
    }

    @Override public void closed(Transport.Cause cause) {
        owner.closed();
        leave();
        goOn();
    }

    /** Nothing more comes or goes; the stream is over at once, however long the connection takes to close. */
    private void leave() {
        over = true;
        mailbox.tell(owner::gone);
    }

    private void caughtUp() { holds.release(ReadPauses.Reason.NEGOTIATION); }

    private void feed(ByteBuffer bytes) {
        if (over) return;
        try {
            framing.feed(bytes);
        } catch (XmlException bad) {
            end(Condition.valueOf(bad.condition().name()).because(String.valueOf(bad.getMessage())));
        } catch (RuntimeException bug) {
            LOG.error("bug: a stream of {} failed", transport.remote(), bug);
            end(Condition.INTERNAL_SERVER_ERROR.plain());
        }
    }

    // ---- the stream's life (on the mailbox)

    /** Does something on the stream's mailbox; any thread. */
    public void tell(Runnable work) { mailbox.tell(work); }

    /** Expects a new header. */
    public void restart() { framing.restart(); }

    /** Bounds from now on. */
    public void enter(StreamLimits.Phase next) {
        enter(next, new TokenBucket(next.bytesPerSecond(), next.burst(), System.nanoTime()));
    }

    /** Bounds from now on. @param shared bytes that may be read, from other connections as well */
    public void enter(StreamLimits.Phase next, TokenBucket shared) {
        phase = next;
        throttle = shared;
        framing.limits(next.xml());
        transport.largest(next.xml().bytes());
    }

    /** Agrees to TLS as the server: {@code last} still goes in the clear, and what follows is a new stream. */
    public void startTls(Element last, String host) {
        tlsAgreed = true;
        framing.stop();
        framing.restart();
        transport.startTls(bytes(last), host);
    }

    /** Begins TLS as the client; what follows is a new stream. */
    public void connectTls(String ours, String theirs, String alpn) {
        tlsAgreed = true;
        framing.stop();
        framing.restart();
        transport.connectTls(ours, theirs, alpn);
    }

    /** From now on bytes are read on the I/O thread. Any thread. */
    public void settle() { settled = true; }

    public boolean isOver() { return over; }

    // ---- what is said (any thread)

    /** Sends a stream header. */
    public void open(byte[] header) {
        headerSent = true;
        write(List.of(header));
    }

    /** Sends the header that servers send to clients. {@code from} and {@code to} are left out when empty. */
    void open(String from, String to) {
        open(framing.header(from, to));
    }

    /** Sends that header, and an element behind it. */
    void open(String from, String to, byte[] element) {
        headerSent = true;
        write(Stream.concat(Stream.of(framing.header(from, to)), framing.pieces(List.of(element)).stream()).toList());
    }

    public void send(Element element) { send(bytes(element)); }

    /** Queues an element; a peer that lets too much wait is disconnected. */
    public void send(byte[] element) {
        send(List.of(element));
    }

    /** Queues elements. */
    void send(List<byte[]> elements) { write(framing.pieces(elements)); }

    private void write(List<byte[]> pieces) {
        if (over || writing.getAndUpdate(n -> n < LAST ? n + 1 : n) >= LAST) return;
        try {
            transport.write(pieces);
        } finally {
            if (writing.decrementAndGet() == LAST) sayGoodbye();
        }
        long queued = transport.queued();
        if (queued > phase.outbound()) tooSlow();
        else if (queued > phase.outbound() / 4) {
            holds.hold(ReadPauses.Reason.OUTBOUND);
            if (transport.queued() == 0) holds.release(ReadPauses.Reason.OUTBOUND); // drained meanwhile
        }
    }

    private void tooSlow() {
        leave(); // first of all: what would tell the peer so is not read either
        transport.close();
    }

    /** Ends the stream with an error. */
    public void end(StreamError error) {
        if (over) return;
        if (!headerSent) owner.introduce();
        finish(error);
    }

    /** Ends the stream. */
    public void finish() { finish(null); }

    /**
     * Nothing may be sent behind the end of a stream (RFC 6120 §4.4), so it waits for those who are sending, and they
     * do for nobody.
     */
    private void finish(@Nullable StreamError why) {
        synchronized (this) {
            if (over) return;
            if (headerSent) lastWords = framing.end(why);
            leave();
        }
        if (writing.getAndAdd(LAST) == 0) sayGoodbye();
    }

    private void sayGoodbye() {
        transport.close(lastWords);
    }

    /** Does something when the peer has read most of what it was sent: at once, or later on another thread. */
    public void whenReady(Runnable action) {
        waiting.add(action);
        if (over || transport.queued() <= phase.outbound() / 4) goOn();
    }

    private void goOn() {
        for (var action = waiting.poll(); action != null; action = waiting.poll()) action.run();
    }

    public static byte[] bytes(Element element) {
        return new XmlWriter().element(element, im.martlet.stanza.Stanza.CLIENT).toBytes();
    }

    // ---- what is known of it (any thread)

    /** Whether the peer has left more unread than is good. */
    public boolean isBehind() {
        return transport.queued() > phase.outbound() / 4;
    }

    public boolean isSecure() { return tls != null; }

    /** The version of TLS, empty without. */
    public String tls() {
        var session = tls;
        return session == null ? "" : session.protocol();
    }

    /** The certificates that the peer has shown, its own first. */
    public List<X509Certificate> peerCertificates() {
        return transport.peerCertificates();
    }

    public Optional<byte[]> channelBinding(Transport.ChannelBinding type) { return transport.channelBinding(type); }

    /** Whether there is such data. */
    public boolean binds(Transport.ChannelBinding type) {
        return transport.binds(type);
    }

    public InetSocketAddress remote() { return transport.remote(); }

    public Instant since() { return since; }

    /** When the connection was opened, on the clock of {@link System#nanoTime}. */
    public long openedAt() {
        return openedAt;
    }

    /** When anything was heard, on the clock of {@link System#nanoTime}. */
    public long heardAt() { return heardAt; }

    // ---- credit: what the peer has under way

    @Override public void take() {
        if (underWay.incrementAndGet() < mostUnderWay) return;
        holds.hold(ReadPauses.Reason.CREDIT);
        if (underWay.get() <= mostUnderWay / 2) holds.release(ReadPauses.Reason.CREDIT); // all given back meanwhile
    }

    @Override public void giveBack() {
        if (underWay.decrementAndGet() == mostUnderWay / 2) holds.release(ReadPauses.Reason.CREDIT);
    }

    /** Lets go on who was too fast; called several times a second. */
    public void tick(long now) {
        if (!over && holds.isHeld(ReadPauses.Reason.RATE) && throttle.hasTokens(now))
            holds.release(ReadPauses.Reason.RATE);
    }
}
