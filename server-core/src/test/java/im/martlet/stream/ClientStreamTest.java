package im.martlet.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.negotiation.SessionPort;
import im.martlet.negotiation.Step;
import im.martlet.negotiation.StreamFeature;
import im.martlet.negotiation.StreamState;
import im.martlet.net.Transport;
import im.martlet.session.Credit;
import im.martlet.session.Link;
import im.martlet.session.Session;
import im.martlet.stanza.StanzaError;
import im.martlet.xml.Element;
import im.martlet.xml.ElementParser;
import im.martlet.xml.XmlLimits;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests a client's stream over a connection and a session port that each test scripts. */
class ClientStreamTest {
    private static final String HEADER =
            "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'"
                    + " to='localhost' version='1.0'>";
    private static final StreamLimits.Phase PHASE =
            new StreamLimits.Phase(new XmlLimits(10_000, 16, 32), 0, 10_000, 64 * 1024);

    private static final String BIND =
            "<iq type='set' id='%s'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>";

    private final OpenClientStreams streams = new OpenClientStreams();
    private final ScriptedTransport connection = new ScriptedTransport();
    private final ScriptedSessions sessions = new ScriptedSessions();

    ClientStreamTest() {
        var limits =
                new StreamLimits(PHASE, PHASE, Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofMinutes(1));
        new ClientStreams(() -> Set.of("localhost"), List.of(new StartTls(), new Bind(), new LoginWithoutPassword()),
                sessions, () -> limits, streams, new ElementParser()).open(connection, () -> {});
    }

    @AfterEach void close() { streams.close(); }

    @Test void unencryptedBytesBehindStartTlsAreDropped() throws Exception {
        connection.says(HEADER);
        assertThat(connection.hears()).contains("<stream:stream");
        assertThat(connection.hears()).contains("starttls");
        connection.says("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
        connection.says(HEADER);
        connection.says("<message/>");
        assertThat(connection.hears()).contains("proceed");
        connection.handler().secured(new Transport.TlsSession("TLSv1.3", "x", Optional.empty(), Optional.empty()));
        connection.says(HEADER);
        assertThat(connection.hears()).contains("<stream:stream");
        assertThat(connection.hears()).contains("<stream:features>");
        connection.says("<nothing/>");
        assertThat(connection.hears()).as("the stream answers no unencrypted header")
                .contains("unsupported-stanza-type");
    }

    @Test void readingGoesOnIfTheQueueDrainsDuringThePause() throws Exception {
        connection.says(HEADER);
        assertThat(connection.hears()).contains("<stream:stream");
        assertThat(connection.hears()).contains("<stream:features>");
        connection.emptiedWhenAsked = true;
        ((StreamConnection) connection.handler()).send("<presence/>".getBytes(UTF_8));
        assertThat(connection.reading).isTrue();
    }

    /** RFC 6120 §4.4: also when two threads write at once. */
    @Test void nothingIsSentBehindTheEndOfTheStream() throws Exception {
        connection.says(HEADER);
        assertThat(connection.hears()).contains("<stream:stream");
        assertThat(connection.hears()).contains("<stream:features>");
        var stream = (StreamConnection) connection.handler();
        connection.before = words -> { if (words.equals("<presence/>")) stream.finish(); };
        connection.after =
                words -> { if (words.equals("</stream:stream>")) stream.send("<message/>".getBytes(UTF_8)); };
        stream.send("<presence/>".getBytes(UTF_8));
        stream.send("<iq/>".getBytes(UTF_8));
        assertThat(connection.heard).containsExactly("<presence/>", "</stream:stream>");
        assertThat(connection.closed).isTrue();
    }

    /** The second request waits for a session of its own, and the stanza behind it waits for the second request. */
    @Test void elementsBehindARefusedBindWaitForTheNextBind() throws Exception {
        connection.says(HEADER);
        assertThat(connection.hears()).contains("<stream:stream");
        assertThat(connection.hears()).contains("<stream:features>");
        connection.says("<login xmlns='test'/>");
        assertThat(connection.hears()).contains("welcome");
        connection.says(BIND.formatted("1") + BIND.formatted("2") + "<presence/>");
        sessions.refuseNext();
        assertThat(connection.hears()).contains("id='1'").contains("error");
        sessions.refuseNext();
        assertThat(connection.hears()).contains("id='2'").contains("error");
        assertThat(connection.hears()).contains("not-authorized");
    }

    /** The client closes its stream while it waits for a session: the stream closes behind the answer. */
    @Test void streamEndBehindABindRequestWaitsForTheAnswer() throws Exception {
        connection.says(HEADER);
        assertThat(connection.hears()).contains("<stream:stream");
        assertThat(connection.hears()).contains("<stream:features>");
        connection.says("<login xmlns='test'/>");
        assertThat(connection.hears()).contains("welcome");
        connection.says(BIND.formatted("1") + "</stream:stream>");
        sessions.refuseNext();
        assertThat(connection.hears()).contains("id='1'").contains("error");
        assertThat(connection.hears()).contains("</stream:stream>");
    }

    /** Logs a client in that sends {@code <login xmlns='test'/>}. */
    private static final class LoginWithoutPassword implements StreamFeature {
        @Override public List<Element> offer(StreamState state) { return List.of(); }

        @Override public boolean accepts(Element request) { return request.is("test", "login"); }

        @Override public Step negotiate(Element request, StreamState state) {
            var next = state.authenticated(Jid.parse("romeo@localhost"), "TEST");
            return new Step.Login(next, () -> new Step.Reply(Element.of("test", "welcome"), next));
        }
    }

    /** Sends the bytes of a test and records the bytes of the server. */
    private static final class ScriptedTransport implements Transport {
        private final LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
        private volatile Handler handler;
        private volatile boolean emptiedWhenAsked;
        private volatile boolean reading = true;
        private volatile boolean closed;
        private volatile Consumer<String> before = _ -> {};
        private volatile Consumer<String> after = _ -> {};

        void says(String xml) { handler.received(ByteBuffer.wrap(xml.getBytes(UTF_8))); }

        String hears() throws InterruptedException { return String.valueOf(heard.poll(10, TimeUnit.SECONDS)); }

        Handler handler() { return handler; }

        @Override public void handler(Handler handler) { this.handler = handler; }

        @Override public void reading(boolean wanted) { reading = wanted; }

        @Override public void write(byte[] bytes) {
            var words = new String(bytes, UTF_8);
            before.accept(words);
            heard.add(words);
            after.accept(words);
        }

        /** Returns half the bound once, and drains the queue before the caller can act on it. */
        @Override public long queued() {
            if (!emptiedWhenAsked) return 0;
            emptiedWhenAsked = false;
            handler.drained();
            return PHASE.outbound() / 2;
        }

        @Override public void startTls(byte[] last, String host) { write(last); }

        @Override public void connectTls(String ours, String theirs, String alpn) {}

        @Override public List<java.security.cert.X509Certificate> peerCertificates() { return List.of(); }

        @Override public Optional<byte[]> channelBinding(ChannelBinding type) { return Optional.empty(); }

        @Override public InetSocketAddress remote() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        }

        @Override public void close() { closed = true; }
    }

    /** Keeps requests to bind a resource until the test refuses them. */
    private static final class ScriptedSessions implements SessionPort {
        private final LinkedBlockingQueue<Consumer<BindResult>> requests = new LinkedBlockingQueue<>();

        void refuseNext() throws InterruptedException {
            requests.poll(10, TimeUnit.SECONDS)
                    .accept(new BindResult.Refused(StanzaError.Condition.RESOURCE_CONSTRAINT.because("test")));
        }

        @Override public void bind(Jid user, BindRequest request, Link link, Consumer<BindResult> answer) {
            requests.add(answer);
        }

        @Override public void resume(Jid user, Step.Resume request, Link link, Consumer<Resumption> answer) {
            throw new AssertionError();
        }

        @Override public void received(Session session, Element element, Link link, Credit credit) {
            throw new AssertionError();
        }

        @Override public void closed(Session session, Link link, boolean forGood) { throw new AssertionError(); }
    }
}
