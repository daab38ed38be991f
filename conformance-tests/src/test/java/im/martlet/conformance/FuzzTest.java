package im.martlet.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import im.martlet.stream.Connections;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Whole conversations, damaged at random and cut anywhere: the server answers or hangs up, and nothing in it breaks. */
class FuzzTest {
    private static final int ROUNDS = Integer.getInteger("martlet.fuzz", 300);

    private static String conversation(String name) {
        return Client.header("localhost") + Client.plain(name, LocalServer.PASSWORD) + Client.header("localhost")
                + "<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>r</resource></bind></iq>"
                + "<iq type='get' id='r'><query xmlns='jabber:iq:roster'/></iq><presence><priority>5</priority><show>away</show></presence>"
                + "<message to='" + name + "@localhost' type='chat' xml:lang='de'><body>Gr\u00fc\u00dfe &amp; \ud83d\udc26 &#x41;<![CDATA[<b>]]></body></message>"
                + "<iq type='set' id='k'><block xmlns='urn:xmpp:blocking'><item jid='x@localhost'/></block></iq>"
                + "<iq type='set' id='e'><enable xmlns='urn:xmpp:carbons:2'/></iq><presence type='subscribe' to='y@localhost'/></stream:stream>";
    }

    private static byte[] damaged(byte[] good, Random random) {
        var out = new ByteArrayOutputStream();
        int at = random.nextInt(good.length);
        int length = Math.min(good.length - at, 1 + random.nextInt(40));
        out.write(good, 0, at);
        switch (random.nextInt(5)) {
            case 0 -> out.write(good[at] ^ 1 << random.nextInt(8));
            case 1 -> { } // left out
            case 2 -> {
                out.write(good, at, length);
                out.write(good, at, length);
            }
            case 3 -> {
                var noise = new byte[length];
                random.nextBytes(noise);
                out.writeBytes(noise);
            }
            default -> out.writeBytes("<a b='c' xmlns:d='e'><!-- ]]> \u0000 &lt &#0; </d:a>".substring(random.nextInt(20)).getBytes(UTF_8));
        }
        out.write(good, at + length, good.length - at - length);
        return out.toByteArray();
    }

    private static void talk(Socket socket, byte[] bytes, Random random) {
        socketTimeout(socket);
        try {
            for (int at = 0; at < bytes.length; ) {
                int next = Math.min(bytes.length, at + 1 + random.nextInt(random.nextBoolean() ? 8 : 600));
                socket.getOutputStream().write(bytes, at, next - at);
                at = next;
            }
            socket.shutdownOutput();
            socket.getInputStream().readAllBytes(); // a server that neither answers nor hangs up fails here, by time
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError("the server hangs", e);
        } catch (IOException hungUp) {
            return; // it may do so in the middle of what we say
        }
    }

    private static void socketTimeout(Socket socket) {
        try {
            socket.setSoTimeout(20_000);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test void noConversationBreaksTheServer() throws Exception {
        long seed = Long.getLong("martlet.fuzz.seed", System.nanoTime());
        var log = new ListAppender<ILoggingEvent>();
        log.start();
        var root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
        root.addAppender(log);
        try (var server = LocalServer.start(LocalServer.SETTINGS)) {
            var account = server.account("fuzz");
            var good = conversation(account.local()).getBytes(UTF_8);
            var random = new Random(seed);
            for (int round = 0; round < ROUNDS; round++) {
                byte[] bytes = damaged(good, random);
                if (random.nextBoolean()) bytes = damaged(bytes, random);
                if (random.nextInt(4) == 0) try (var plain = new Socket("127.0.0.1", server.port())) {
                    talk(plain, bytes, random);
                }
                else try (var client = new Client(server.tlsPort()).handshake()) {
                    talk(client.socket(), bytes, random);
                }
            }
            Awaitility.await().until(() -> server.server().injector().getInstance(Connections.class).size() == 0);
            try (var client = server.login(server.account("viola"), "fine")) {
                client.fence();
            }
        } finally {
            root.detachAppender(log);
        }
        assertThat(log.list).as("seed " + seed).filteredOn(e -> e.getLevel().isGreaterOrEqual(Level.WARN) && e.getLoggerName().startsWith("im.martlet.s")).isEmpty();
    }
}
