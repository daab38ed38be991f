package im.martlet.conformance.harness;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.ctc.wstx.stax.WstxInputFactory;
import im.martlet.address.Jid;
import im.martlet.conformance.harness.peers.PeerServer;
import im.martlet.conformance.harness.peers.TestAuthority;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** A simple client that sends text and receives elements. It shares no parser with the server. */
public final class Client implements AutoCloseable {
    public static final String STREAMS = "http://etherx.jabber.org/streams";
    private static final int PATIENCE = 20; // seconds; only a failing test waits so long
    private static final AtomicInteger FENCE = new AtomicInteger();

    private Socket socket;
    private XMLStreamReader in;
    private String domain = "localhost";
    private Jid jid;
    private final LinkedBlockingDeque<ReceivedXml> received = new LinkedBlockingDeque<>();

    public Client(int port) throws IOException { socket = new Socket("127.0.0.1", port); }

    public Socket socket() { return socket; }

    public Jid jid() { return jid; }

    public Client send(String xml) throws IOException { return send(xml.getBytes(UTF_8)); }

    public Client send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    public static String header(String to) {
        return "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='" + STREAMS
                + "' version='1.0' to='" + to + "'>";
    }

    /** Opens a stream, and waits for its features. */
    public Client open(String to) throws Exception {
        domain = to;
        send(header(to));
        return awaitFeatures();
    }

    public Client awaitFeatures() throws Exception {
        hear();
        expect("features");
        return this;
    }

    public ReceivedXml features;

    private void expect(String name) throws Exception {
        var first = receive();
        if (!first.name().equals(name)) throw new AssertionError("expected <" + name + ">, got " + first);
        features = first;
    }

    /** Reads a new stream on its own thread, and waits for the stream header. */
    public Client hear() throws Exception {
        var raw = socket.getInputStream();
        var reader = Thread.ofVirtual().start(() -> {
            try {
                in = parsers().createXMLStreamReader(new UnbufferedInput(raw), "UTF-8");
                while (in.next() != XMLStreamConstants.START_ELEMENT) {}
                var header = ReceivedXml.start(in);
                received.add(header);
                for (int event = in.next(); event != XMLStreamConstants.END_ELEMENT; event = in.next())
                    if (event == XMLStreamConstants.START_ELEMENT) {
                        var element = ReceivedXml.read(in);
                        received.add(element);
                        if (stopped || element.attribute("id").equals(lastHeard)) return;
                        if (element.name().equals("proceed")
                                || element.is("urn:ietf:params:xml:ns:xmpp-sasl", "success")
                                || element.name().equals("starttls") || element.name().equals("auth"))
                            return; // another stream follows
                    }
                received.add(ReceivedXml.END);
                if (raw.read() < 0) received.add(ReceivedXml.CLOSED);
            } catch (XMLStreamException | IOException e) {
                received.add(ReceivedXml.CLOSED);
            }
        });
        var header = next();
        if (!header.name().equals("stream")) throw new AssertionError("expected a stream, got " + header);
        this.header = header;
        return this;
    }

    public ReceivedXml header;

    /** Makes the parser report a connection that ends inside text as a checked exception, too. */
    private static WstxInputFactory parsers() {
        var parsers = new WstxInputFactory();
        parsers.getConfig().doParseLazily(false);
        return parsers;
    }

    /** Prevents the parser from reading ahead, past {@code <proceed/>} and into TLS. */
    private static final class UnbufferedInput extends InputStream {
        private final InputStream in;

        public UnbufferedInput(InputStream in) { this.in = in; }

        @Override public int read() throws IOException { return in.read(); }

        @Override public int read(byte[] into, int offset, int length) throws IOException {
            int b = length == 0 ? 0 : in.read();
            if (b < 0) return -1;
            into[offset] = (byte) b;
            return 1;
        }
    }

    public Client secure() throws Exception { return secured().open(domain); }

    /** Starts TLS, and opens a stream with {@code from} in its header (RFC 6120 §4.7.1). */
    public Client secure(Jid from) throws Exception {
        secured().send(header(domain).replace(" to=", " from='" + from + "' to="));
        return awaitFeatures();
    }

    private Client secured() throws Exception {
        send("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
        expect("proceed");
        return handshake();
    }

    /** Logs in with SASL2 (XEP-0388), and returns the outcome. After a success it waits for the stream features. */
    public ReceivedXml authenticate(String mechanism, String response, String... more) throws Exception {
        send("<authenticate xmlns='urn:xmpp:sasl:2' mechanism='" + mechanism + "'><initial-response>" + response
                + "</initial-response>" + String.join("", more) + "</authenticate>");
        return receiveOutcome();
    }

    public ReceivedXml receiveOutcome() throws Exception {
        var outcome = receive();
        if (outcome.is("urn:xmpp:sasl:2", "success")) {
            jid = Jid.parse(outcome.child("authorization-identifier").orElseThrow().text());
            if (outcome.child("resumed").isEmpty()) expect("features");
        }
        return outcome;
    }

    private String[] versions = { "TLSv1.3", "TLSv1.2" };

    /** Restricts TLS to one version. */
    public Client version(String only) {
        versions = new String[]{ only };
        return this;
    }

    /** Performs the TLS handshake. @param alpn the application protocols to offer */
    public Client handshake(String... alpn) throws Exception {
        var tls = (SSLSocket) trustingAnybody().getSocketFactory().createSocket(socket, domain, socket.getPort(), true);
        tls.setEnabledProtocols(versions);
        var parameters = tls.getSSLParameters();
        parameters.setApplicationProtocols(alpn);
        tls.setSSLParameters(parameters);
        tls.startHandshake();
        socket = tls;
        return this;
    }

    /** Performs the TLS handshake with SNI for a host. An IP address sends no SNI (RFC 6066 §3). */
    public Client handshakeWith(String host) throws Exception {
        domain = host;
        return handshake();
    }

    public Client(Socket connection) { socket = connection; }

    /** Performs the TLS handshake as another server. @param asClient whether this side opened the connection */
    public void handshake(TestAuthority.Issued certificate, boolean asClient) throws Exception {
        socket = PeerServer.secured(socket, certificate, asClient);
    }

    public static SSLContext trustingAnybody() throws GeneralSecurityException {
        var context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[]{ new TrustAll() }, new SecureRandom());
        return context;
    }

    /** Is an extended trust manager, because the JDK compares host names for all others. */
    private static final class TrustAll extends X509ExtendedTrustManager {
        @Override public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override public X509Certificate[] getAcceptedIssuers() { return new X509Certificate[0]; }
    }

    public Client login(Jid account, String password) throws Exception {
        send(plain(account.local(), password));
        expect("success");
        jid = account;
        return open(account.domain());
    }

    public static String plain(String name, String password) {
        return "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>"
                + Base64.getEncoder().encodeToString(("\0" + name + "\0" + password).getBytes(UTF_8)) + "</auth>";
    }

    public Client bind(String resource) throws Exception {
        send("<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
                + (resource.isEmpty() ? "" : "<resource>" + resource + "</resource>") + "</bind></iq>");
        var answer = receive();
        jid = Jid.parse(answer.child("bind").orElseThrow(() -> new AssertionError("not bound: " + answer)).child("jid")
                .orElseThrow().text());
        return this;
    }

    /** Binds a resource, then stops reading. */
    public Client bindWithoutReading(String resource) throws Exception {
        bind(resource);
        stopped = true;
        return this;
    }

    private volatile boolean stopped;
    private volatile String lastHeard = "none";

    /** Stops reading after the element with this id, which the server must not have sent yet. */
    public void stopReadingBehind(String id) {
        lastHeard = id;
    }

    /** Stops reading, at the latest after the next element. */
    public void stopReading() { stopped = true; }

    private ReceivedXml next() throws InterruptedException {
        var next = received.poll(PATIENCE, TimeUnit.SECONDS);
        if (next == null) throw new AssertionError("nothing came");
        return next;
    }

    /** Waits for the next element; skips replies to fences. */
    public ReceivedXml receive() throws InterruptedException {
        for (ReceivedXml next = next();; next = next()) if (!next.attribute("id").startsWith("fence-")) return next;
    }

    /** Waits until the server has handled everything that this client sent. Elements that arrive stay unread. */
    public void fence() throws Exception {
        String id = "fence-" + FENCE.incrementAndGet();
        send("<iq type='get' id='" + id + "' to='" + domain + "'><ping xmlns='urn:xmpp:ping'/></iq>");
        var before = new java.util.ArrayList<ReceivedXml>();
        for (ReceivedXml next = next(); !next.attribute("id").equals(id); next = next()) {
            before.add(next);
            if (next == ReceivedXml.CLOSED) throw new AssertionError("the stream is closed: " + before);
        }
        for (ReceivedXml kept : before.reversed()) received.addFirst(kept);
    }

    /** Returns the first unread element, or null. Skips {@code <r/>}, which may come at any time (XEP-0198). */
    public ReceivedXml peek() {
        return received.stream().filter(x -> !x.attribute("id").startsWith("fence-") && !x.is("urn:xmpp:sm:3", "r"))
                .findFirst().orElse(null);
    }

    /** Waits for a stream error and the end of the connection, and returns the condition. */
    public String streamError() throws InterruptedException {
        var error = receive();
        if (!error.is(STREAMS, "error")) throw new AssertionError("expected a stream error, got " + error);
        if (receive() != ReceivedXml.END) throw new AssertionError("the stream was not ended");
        if (receive() != ReceivedXml.CLOSED) throw new AssertionError("the connection was not closed");
        return error.children().getFirst().name();
    }

    @Override public void close() throws IOException { socket.close(); }
}
