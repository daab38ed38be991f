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
 * The connection of a stream to a client, a server or a component. It turns input bytes into elements and queues
 * output, both within limits. Until the stream is {@link #settle settled}, the stream's mailbox handles every byte, and
 * negotiation may block there. After that the I/O thread handles bytes, as soon as the mailbox has finished all earlier
 * work.
 */
public final class StreamConnection implements Transport.Handler, Credit {
    private static final Logger LOG = LoggerFactory.getLogger(StreamConnection.class);
    private static final int MAX_WAITING_READS = 4; // reads that wait for the negotiation
    private static final int CLOSING = 1 << 30;

    /**
     * The stream that owns the connection. It receives header, elements and end on the mailbox or, once settled, on the
     * I/O thread.
     */
    public interface Owner extends XmlStream.Receiver {
        /** Sends a stream header, because an error follows and no header was sent yet (RFC 6120 §4.9.1.2). */
        void introduce();

        /** Handles the end of the connection. On the I/O thread. */
        void closed();

        /**
         * Handles the end of all input and output. On the mailbox, perhaps more than once, perhaps before it is closed.
         */
        void gone();
    }

    private final Transport transport;
    private final Owner owner;
    private final int maxUnderWay;
    private final ReadPauses pauses;
    private final StreamFormat format;
    private final Mailbox mailbox = new Mailbox("stream", this::caughtUp);
    private final AtomicInteger underWay = new AtomicInteger();
    /** The number of threads that write now, plus {@link #CLOSING} once no thread may begin to write. */
    private final AtomicInteger writing = new AtomicInteger();
    private volatile List<byte[]> farewell = List.of(); // the bytes that end the stream
    /** Actions that wait until the peer has read most of its output. */
    private final ConcurrentLinkedQueue<Runnable> whenRead = new ConcurrentLinkedQueue<>();
    private final Instant since = Instant.now();
    private final long openedAt = System.nanoTime();

    private volatile StreamLimits.Phase phase; // written on the mailbox
    private volatile TokenBucket rate;
    private volatile long heardAt = openedAt;
    private volatile boolean over; // no more input or output
    private volatile boolean headerSent;
    private volatile boolean settled;
    private volatile Transport.@Nullable TlsSession tls;
    /** Set by STARTTLS, before TLS begins. From then on unencrypted bytes are dropped (RFC 6120 §5.4.3.3). */
    private volatile boolean tlsAgreed;

    /** @param maxUnderWay stanzas of the peer that may wait in mailboxes; reading pauses while there are more */
    public StreamConnection(Transport transport, ElementParser parser, StreamLimits.Phase phase, int maxUnderWay,
            Owner owner) {
        this(transport, phase, maxUnderWay, owner, StreamFormat.document(parser, phase.xml(), owner));
    }

    /** @param format the format of the stream, which gives its input to the owner */
    StreamConnection(Transport transport, StreamLimits.Phase phase, int maxUnderWay, Owner owner,
            StreamFormat format) {
        this.transport = transport;
        this.owner = owner;
        this.maxUnderWay = maxUnderWay;
        this.phase = phase;
        this.rate = new TokenBucket(phase.bytesPerSecond(), phase.burst(), openedAt);
        this.pauses = new ReadPauses(transport);
        this.format = format;
        transport.maxMessage(phase.xml().bytes());
    }

    // ---- input (I/O thread)

    @Override public void received(ByteBuffer bytes) {
        if (over) return;
        long now = System.nanoTime();
        heardAt = now;
        if (!rate.spend(bytes.remaining(), now)) pauses.pause(ReadPauses.Reason.RATE);
        if (settled && mailbox.waiting() == 0) {
            feed(bytes);
            return;
        }
        var copy = new byte[bytes.remaining()];
        bytes.get(copy);
        boolean encrypted = isSecure();
        mailbox.tell(() -> {
            if (encrypted || !tlsAgreed) feed(ByteBuffer.wrap(copy));
            else LOG.debug("bytes-dropped reason=\"they came unencrypted behind <starttls/>\" remote={}", remote());
        });
        if (mailbox.waiting() > MAX_WAITING_READS) pauses.pause(ReadPauses.Reason.NEGOTIATION);
        if (mailbox.waiting() == 0) pauses.resume(ReadPauses.Reason.NEGOTIATION);
    }

    @Override public void secured(Transport.TlsSession session) { tls = session; }

    @Override public void drained() {
        pauses.resume(ReadPauses.Reason.OUTBOUND);
        runWhenRead();
    }

    @Override public void closed(Transport.Cause cause) {
        owner.closed();
        stop();
        runWhenRead();
    }

    /** Ends all input and output at once, however long the connection takes to close. */
    private void stop() {
        over = true;
        mailbox.tell(owner::gone);
    }

    private void caughtUp() { pauses.resume(ReadPauses.Reason.NEGOTIATION); }

    private void feed(ByteBuffer bytes) {
        if (over) return;
        try {
            format.feed(bytes);
        } catch (XmlException bad) {
            end(Condition.valueOf(bad.condition().name()).because(String.valueOf(bad.getMessage())));
        } catch (RuntimeException bug) {
            LOG.error("bug: the stream of {} failed", transport.remote(), bug);
            end(Condition.INTERNAL_SERVER_ERROR.plain());
        }
    }

    // ---- the phases of the stream (on the mailbox)

    /** Runs work on the stream's mailbox. Any thread. */
    public void tell(Runnable work) { mailbox.tell(work); }

    /** Expects a new stream header. */
    public void restart() { format.restart(); }

    /** Applies the limits of the next phase. */
    public void enter(StreamLimits.Phase next) {
        enter(next, new TokenBucket(next.bytesPerSecond(), next.burst(), System.nanoTime()));
    }

    /**
     * Applies the limits of the next phase.
     *
     * @param shared the rate limit, which other connections may share
     */
    public void enter(StreamLimits.Phase next, TokenBucket shared) {
        phase = next;
        rate = shared;
        format.limits(next.xml());
        transport.maxMessage(next.xml().bytes());
    }

    /** Begins TLS as the server. {@code last} is still sent unencrypted. A new stream follows. */
    public void startTls(Element last, String host) {
        tlsAgreed = true;
        format.stop();
        format.restart();
        transport.startTls(bytes(last), host);
    }

    /**
     * Begins TLS as the client. A new stream follows.
     *
     * @param local the local domain, for its certificate
     * @param remote the domain that the peer must serve
     * @param alpn the name of the protocol (RFC 7301); empty for none
     */
    public void connectTls(String local, String remote, String alpn) {
        tlsAgreed = true;
        format.stop();
        format.restart();
        transport.connectTls(local, remote, alpn);
    }

    /** Lets the I/O thread handle bytes from now on. Any thread. */
    public void settle() { settled = true; }

    public boolean isOver() { return over; }

    // ---- output (any thread)

    /** Sends a stream header. */
    public void open(byte[] header) {
        headerSent = true;
        write(List.of(header));
    }

    /** Sends the stream header of a server to a client. An empty {@code from} or {@code to} is left out. */
    void open(String from, String to) {
        open(format.header(from, to));
    }

    /** Sends the same header and an element behind it. */
    void open(String from, String to, byte[] element) {
        headerSent = true;
        write(Stream.concat(Stream.of(format.header(from, to)), format.pieces(List.of(element)).stream()).toList());
    }

    public void send(Element element) { send(bytes(element)); }

    /** Queues an element. Closes the connection if the peer leaves too many bytes unread. */
    public void send(byte[] element) {
        send(List.of(element));
    }

    /** Queues elements. */
    void send(List<byte[]> elements) { write(format.pieces(elements)); }

    private void write(List<byte[]> pieces) {
        if (over || writing.getAndUpdate(n -> n < CLOSING ? n + 1 : n) >= CLOSING) return;
        try {
            transport.write(pieces);
        } finally {
            if (writing.decrementAndGet() == CLOSING) close();
        }
        long queued = transport.queued();
        if (queued > phase.outbound()) tooSlow();
        else if (queued > phase.outbound() / 4) {
            pauses.pause(ReadPauses.Reason.OUTBOUND);
            if (transport.queued() == 0) pauses.resume(ReadPauses.Reason.OUTBOUND); // the queue drained meanwhile
        }
    }

    private void tooSlow() {
        LOG.debug("stream-ended reason=\"the peer left more than {} bytes unread\" remote={}", phase.outbound(),
                remote());
        stop(); // first of all, because the peer would not read a stream error either
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
     * Ends the stream. No bytes may follow the end of a stream (RFC 6120 §4.4), so the end waits for the threads that
     * write now. Those threads wait for nothing.
     */
    private void finish(@Nullable StreamError error) {
        synchronized (this) {
            if (over) return;
            if (headerSent) farewell = format.end(error);
            stop();
        }
        if (writing.getAndAdd(CLOSING) == 0) close();
    }

    private void close() { transport.close(farewell); }

    /** Runs an action when the peer has read most of its output: at once, or later on another thread. */
    public void whenReady(Runnable action) {
        whenRead.add(action);
        if (over || transport.queued() <= phase.outbound() / 4) runWhenRead();
    }

    private void runWhenRead() {
        for (var action = whenRead.poll(); action != null; action = whenRead.poll()) action.run();
    }

    /** Returns an element as XML for the inside of a stream of {@code jabber:client}. */
    public static byte[] bytes(Element element) {
        return new XmlWriter().element(element, im.martlet.stanza.Stanza.CLIENT).toBytes();
    }

    // ---- properties (any thread)

    /** Returns whether the peer has left more than a quarter of the allowed bytes unread. */
    public boolean isBehind() {
        return transport.queued() > phase.outbound() / 4;
    }

    public boolean isSecure() { return tls != null; }

    /** Returns the version of TLS; empty without TLS. */
    public String tls() {
        var session = tls;
        return session == null ? "" : session.protocol();
    }

    /** Returns the certificates of the peer, its own first. */
    public List<X509Certificate> peerCertificates() {
        return transport.peerCertificates();
    }

    public Optional<byte[]> channelBinding(Transport.ChannelBinding type) { return transport.channelBinding(type); }

    /** Returns whether the channel has data of this type. */
    public boolean binds(Transport.ChannelBinding type) {
        return transport.binds(type);
    }

    public InetSocketAddress remote() { return transport.remote(); }

    public Instant since() { return since; }

    /** Returns the time at which the connection was opened, on the clock of {@link System#nanoTime}. */
    public long openedAt() {
        return openedAt;
    }

    /** Returns the time of the last input, on the clock of {@link System#nanoTime}. */
    public long heardAt() {
        return heardAt;
    }

    // ---- credit: the stanzas of the peer that are under way

    @Override public void take() {
        if (underWay.incrementAndGet() < maxUnderWay) return;
        pauses.pause(ReadPauses.Reason.CREDIT);
        if (underWay.get() <= maxUnderWay / 2) pauses.resume(ReadPauses.Reason.CREDIT); // given back meanwhile
    }

    @Override public void giveBack() {
        if (underWay.decrementAndGet() == maxUnderWay / 2) pauses.resume(ReadPauses.Reason.CREDIT);
    }

    /** Resumes reading when the rate allows it again. Called several times a second. */
    public void tick(long now) {
        if (!over && pauses.isPaused(ReadPauses.Reason.RATE) && rate.hasTokens(now))
            pauses.resume(ReadPauses.Reason.RATE);
    }
}
