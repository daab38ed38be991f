package im.martlet.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.address.Jid;
import im.martlet.negotiation.SessionPort;
import im.martlet.negotiation.Step;
import im.martlet.net.Transport;
import im.martlet.session.Credit;
import im.martlet.session.Link;
import im.martlet.session.Session;
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

/** A stream over a connection that does exactly what a test wants. */
class ClientStreamTest {
    private static final String HEADER =
            "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='localhost' version='1.0'>";
    private static final StreamLimits.Phase PHASE =
            new StreamLimits.Phase(new XmlLimits(10_000, 16, 32), 0, 10_000, 64 * 1024);

    private final OpenClientStreams connections = new OpenClientStreams();
    private final Scripted connection = new Scripted();

    ClientStreamTest() {
        var limits =
                new StreamLimits(PHASE, PHASE, Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofMinutes(1));
        new ClientStreams(() -> Set.of("localhost"), List.of(new StartTls(), new Bind()), new Nobody(), () -> limits,
                connections, new ElementParser())
                .open(connection, () -> {});
    }

    @AfterEach void close() { connections.close(); }

    @Test void whatComesInTheClearOnceTlsIsAgreedOnIsForgottenHoweverItIsCut() throws Exception {
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
        assertThat(connection.hears()).as("no second stream was answered before").contains("unsupported-stanza-type");
    }

    @Test void aConnectionWhoseQueueRunsEmptyWhileItIsBeingHeldIsReadFromAgain() throws Exception {
        connection.says(HEADER);
        assertThat(connection.hears()).contains("<stream:stream");
        assertThat(connection.hears()).contains("<stream:features>");
        connection.emptiedWhenAsked = true;
        ((StreamConnection) connection.handler()).send("<presence/>".getBytes(UTF_8));
        assertThat(connection.reading).isTrue();
    }

    /** RFC 6120 §4.4: whichever of two threads is in the middle of writing. */
    @Test void nothingIsSentBehindTheEnd() throws Exception {
        connection.says(HEADER);
        assertThat(connection.hears()).contains("<stream:stream");
        assertThat(connection.hears()).contains("<stream:features>");
        var wire = (StreamConnection) connection.handler();
        connection.before = words -> { if (words.equals("<presence/>")) wire.finish(); };
        connection.after = words -> { if (words.equals("</stream:stream>")) wire.send("<message/>".getBytes(UTF_8)); };
        wire.send("<presence/>".getBytes(UTF_8));
        wire.send("<iq/>".getBytes(UTF_8));
        assertThat(connection.heard).containsExactly("<presence/>", "</stream:stream>");
        assertThat(connection.closed).isTrue();
    }

    /** Says what it is told to, remembers what it hears. */
    private static final class Scripted implements Transport {
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

        /** Half of what may wait; all of it is gone before the asker can do anything about it. */
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

    /** Where nobody logs in. */
    private static final class Nobody implements SessionPort {
        @Override public void bind(Jid user, Wanted wanted, Link link, Consumer<BindResult> answer) {
            throw new AssertionError();
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
