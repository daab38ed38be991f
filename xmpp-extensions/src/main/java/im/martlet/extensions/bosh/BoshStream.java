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
 * A session as the connection of a stream. The stream hears an endless document, as it would on TCP; what it says goes
 * into answers, element by element.
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
    private volatile boolean headerDue = true;
    private boolean reading = true; // guarded by this

    /** @param first request of the session */
    BoshStream(BoshReplies replies, Request first, Runnable whenClosed) {
        this.replies = replies;
        this.remote = first.remote();
        this.endPoint = first.channelBinding(ChannelBinding.TLS_SERVER_END_POINT);
        this.whenClosed = whenClosed;
    }

    /** Tells the stream that TLS protects it. */
    void secured(Request request) {
        if (handler instanceof Handler h) h.secured(request.tls()
                .orElseGet(() -> new TlsSession("proxy", "", Optional.of(request.host()), Optional.empty())));
    }

    // ---- what the client says (under the lock of what comes in)

    /** The client opens the stream, or opens it again (XEP-0206 §5). */
    void open(BodyElement request) throws InterruptedException {
        var header = new XmlWriter()
                .raw(OPENING + " xmlns='" + Stanza.CLIENT + "' xmlns:stream='http://etherx.jabber.org/streams'")
                .attribute("version", "1.0");
        request.attribute("to").ifPresent(to -> header.attribute("to", to));
        request.attribute(Element.XML_LANG).ifPresent(lang -> header.attribute(Element.XML_LANG, lang));
        hear(header.raw(">").toBytes());
    }

    void say(Element payload) throws InterruptedException {
        hear(new XmlWriter().element(payload, Stanza.CLIENT).toBytes());
    }

    void end() throws InterruptedException { hear(END.getBytes(StandardCharsets.US_ASCII)); }

    /** It is still there. */
    void breathe() throws InterruptedException { hear(NOTHING); }

    private void hear(byte[] bytes) throws InterruptedException {
        synchronized (this) {
            while (!reading && !closed.get()) wait();
        }
        if (!closed.get() && handler instanceof Handler h) h.received(ByteBuffer.wrap(bytes));
    }

    /** A request has taken along what waited. */
    void drained() { if (handler instanceof Handler h) h.drained(); }

    /** Nobody is there any more, or the client is not to be here. */
    void lose(Cause cause) {
        if (closed.getAndSet(true)) return;
        synchronized (this) {
            notifyAll();
        }
        whenClosed.run();
        Thread.ofVirtual().name("bosh").start(() -> { // whoever closes it may hold what is called back
            if (handler instanceof Handler h) h.closed(cause);
        });
    }

    // ---- what the stream says (any thread)

    @Override public void handler(Handler handler) { this.handler = handler; }

    @Override public void write(byte[] element) { if (element.length > 0) replies.send(element); }

    @Override public long queued() { return replies.queued(); }

    @Override public synchronized void reading(boolean wanted) {
        reading = wanted;
        notifyAll();
    }

    @Override public void close() {
        replies.close("", List.of());
        lose(Cause.CLOSED_HERE);
    }

    @Override public InetSocketAddress remote() { return remote; }

    /**
     * What is the same for all requests, each of which may come on a channel of its own: the certificate that they find
     * here.
     */
    @Override public Optional<byte[]> channelBinding(ChannelBinding type) {
        return switch (type) {
            case TLS_EXPORTER -> Optional.empty();
            case TLS_SERVER_END_POINT -> endPoint;
        };
    }

    @Override public List<X509Certificate> peerCertificates() { return List.of(); }

    @Override public void startTls(byte[] last, String host) {
        throw new IllegalStateException("TLS is there already");
    }

    @Override public void connectTls(String ours, String theirs, String alpn) {
        throw new IllegalStateException("TLS is there already");
    }

    /** How the stream is cut up here. */
    StreamFormat framing(ElementParser parser, XmlLimits limits, XmlStream.Receiver receiver) {
        return new Elements(new XmlStream(parser, limits, receiver));
    }

    private final class Elements implements StreamFormat {
        private final XmlStream xml;

        Elements(XmlStream xml) { this.xml = xml; }

        @Override public void feed(ByteBuffer bytes) throws XmlException {
            boolean opens = begins(bytes); // no payload does: it was written without prefixes
            if (opens && !headerDue)
                throw new XmlException(XmlException.Condition.BAD_FORMAT, "the stream is open already");
            if (opens) headerDue = false;
            xml.feed(bytes);
        }

        private static boolean begins(ByteBuffer bytes) {
            if (bytes.remaining() < OPENING.length()) return false;
            for (int i = 0; i < OPENING.length(); i++)
                if (bytes.get(bytes.position() + i) != OPENING.charAt(i)) return false;
            return true;
        }

        @Override public void restart() {
            headerDue = true;
            xml.restart();
        }

        @Override public void stop() {} // for STARTTLS, which there is none of

        @Override public void limits(XmlLimits limits) { xml.limits(limits); }

        @Override public byte[] header(String from, String to) { return NOTHING; } // it is in the answer to the first request

        @Override public List<byte[]> pieces(List<byte[]> elements) {
            return elements.stream().map(StandaloneElements::of).toList();
        }

        /** XEP-0206 §6: an error is in the answer that says that it is over. */
        @Override public List<byte[]> end(@Nullable StreamError why) {
            if (why != null) replies.close("remote-stream-error",
                    List.of(StandaloneElements.of(why.toXml().getBytes(StandardCharsets.UTF_8))));
            return List.of();
        }
    }
}
