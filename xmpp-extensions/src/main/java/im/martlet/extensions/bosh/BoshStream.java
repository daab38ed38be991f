package im.martlet.extensions.bosh;

import im.martlet.http.Request;
import im.martlet.net.Transport;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StreamError;
import im.martlet.stream.StandaloneElements;
import im.martlet.stream.StreamFormat;
import im.martlet.xml.Element;
import im.martlet.xml.ElementParser;
import im.martlet.xml.XmlException;
import im.martlet.xml.XmlLimits;
import im.martlet.xml.XmlStream;
import im.martlet.xml.XmlWriter;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A BOSH session as the transport of a stream. The stream receives an endless document, as on TCP. Its output goes into
 * answers, element by element.
 */
final class BoshStream implements Transport {
    private static final byte[] NOTHING = {};
    private static final String OPENING = "<stream:stream";
    private static final String END = "</stream:stream>";

    private final BoshReplies replies;
    private final InetSocketAddress remote;
    private final Optional<byte[]> endPoint;
    private final Runnable whenClosed;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile @Nullable Handler handler;
    private volatile boolean headerExpected = true;
    private boolean reading = true; // guarded by this

    /**
     * Creates the transport of a session.
     *
     * @param first the first request of the session
     * @param whenClosed runs once, when the transport closes
     */
    BoshStream(BoshReplies replies, Request first, Runnable whenClosed) {
        this.replies = replies;
        this.remote = first.remote();
        this.endPoint = first.channelBinding(ChannelBinding.TLS_SERVER_END_POINT);
        this.whenClosed = whenClosed;
    }

    /** Tells the stream that TLS protects the connection. */
    void secured(Request request) {
        if (handler instanceof Handler h) h.secured(request.tls()
                .orElseGet(() -> new TlsSession("proxy", "", Optional.of(request.host()), Optional.empty())));
    }

    // ---- input from the client (under the session's lock of the input)

    /** Passes the opening or the restart of the stream on (XEP-0206 §5). */
    void open(BodyElement request) throws InterruptedException {
        var header = new XmlWriter()
                .raw(OPENING + " xmlns='" + Stanza.CLIENT + "' xmlns:stream='http://etherx.jabber.org/streams'")
                .attribute("version", "1.0");
        request.attribute("to").ifPresent(to -> header.attribute("to", to));
        request.attribute(Element.XML_LANG).ifPresent(lang -> header.attribute(Element.XML_LANG, lang));
        pass(header.raw(">").toBytes());
    }

    void receive(Element payload) throws InterruptedException {
        pass(new XmlWriter().element(payload, Stanza.CLIENT).toBytes());
    }

    void end() throws InterruptedException { pass(END.getBytes(StandardCharsets.US_ASCII)); }

    /** Tells the stream that the client is still there. */
    void keepAlive() throws InterruptedException {
        pass(NOTHING);
    }

    private void pass(byte[] bytes) throws InterruptedException {
        synchronized (this) {
            while (!reading && !closed.get()) wait();
        }
        if (!closed.get() && handler instanceof Handler h) h.received(ByteBuffer.wrap(bytes));
    }

    /** Tells the stream that all of its output has been sent. */
    void drained() {
        if (handler instanceof Handler h) h.drained();
    }

    /** Closes the transport, because the client is gone or must go. */
    void lose(Cause cause) {
        if (closed.getAndSet(true)) return;
        synchronized (this) {
            notifyAll();
        }
        whenClosed.run();
        Thread.ofVirtual().name("bosh").start(() -> { // the caller may hold a lock that the handler needs
            if (handler instanceof Handler h) h.closed(cause);
        });
    }

    // ---- output of the stream (any thread)

    @Override public void handler(Handler handler) { this.handler = handler; }

    @Override public void write(byte[] element) { if (element.length > 0) replies.send(element); }

    @Override public long queued() { return replies.queued(); }

    @Override public synchronized void reading(boolean enabled) {
        reading = enabled;
        notifyAll();
    }

    @Override public void close() {
        replies.close("", List.of());
        lose(Cause.CLOSED_HERE);
    }

    @Override public InetSocketAddress remote() { return remote; }

    /**
     * Returns the binding to the server's certificate only: it is the same for all requests, while each request may
     * have its own TLS connection.
     */
    @Override public Optional<byte[]> channelBinding(ChannelBinding type) {
        return switch (type) {
            case TLS_EXPORTER -> Optional.empty();
            case TLS_SERVER_END_POINT -> endPoint;
        };
    }

    @Override public List<X509Certificate> peerCertificates() { return List.of(); }

    @Override public void startTls(byte[] last, String host) {
        throw new IllegalStateException("BOSH has no STARTTLS: HTTP carries TLS");
    }

    @Override public void connectTls(String ours, String theirs, String alpn) {
        throw new IllegalStateException("BOSH is not for outgoing streams");
    }

    /** Returns the format of the stream on this transport. */
    StreamFormat framing(ElementParser parser, XmlLimits limits, XmlStream.Receiver receiver) {
        return new Elements(new XmlStream(parser, limits, receiver));
    }

    private final class Elements implements StreamFormat {
        private final XmlStream xml;

        Elements(XmlStream xml) { this.xml = xml; }

        @Override public void feed(ByteBuffer bytes) throws XmlException {
            boolean opens = begins(bytes); // payloads never do: they are written without prefixes
            if (opens && !headerExpected)
                throw new XmlException(XmlException.Condition.BAD_FORMAT, "the stream is open already");
            if (opens) headerExpected = false;
            xml.feed(bytes);
        }

        private static boolean begins(ByteBuffer bytes) {
            if (bytes.remaining() < OPENING.length()) return false;
            for (int i = 0; i < OPENING.length(); i++)
                if (bytes.get(bytes.position() + i) != OPENING.charAt(i)) return false;
            return true;
        }

        @Override public void restart() {
            headerExpected = true;
            xml.restart();
        }

        @Override public void stop() {} // only STARTTLS needs it

        @Override public void limits(XmlLimits limits) { xml.limits(limits); }

        // the answer to the first request has it
        @Override public byte[] header(String from, String to) { return NOTHING; }

        @Override public List<byte[]> pieces(List<byte[]> elements) {
            return elements.stream().map(StandaloneElements::of).toList();
        }

        /** Puts a stream error into the last answer (XEP-0206 §6). */
        @Override public List<byte[]> end(@Nullable StreamError error) {
            if (error != null) replies.close("remote-stream-error",
                    List.of(StandaloneElements.of(error.toXml().getBytes(StandardCharsets.UTF_8))));
            return List.of();
        }
    }
}
