package im.martlet.conformance.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.LocalServer;
import im.martlet.conformance.harness.ReceivedXml;
import im.martlet.conformance.harness.UnexpectedLogLines;
import im.martlet.session.AccountDirectory;
import im.martlet.stream.OpenClientStreams;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.Base64;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * Sends whole conversations, damaged at random and cut at random places. The server must answer or close, without a
 * bug.
 */
public class FuzzTest {
    private static final int ROUNDS = Integer.getInteger("martlet.fuzz", 300);

    private static String conversation(String name) {
        return Client.header("localhost") + scram(name) + Client.plain(name, LocalServer.PASSWORD)
                + Client.header("localhost")
                + "<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>r</resource></bind></iq>"
                + "<iq type='get' id='r'><query xmlns='jabber:iq:roster'/></iq>"
                + "<presence><priority>5</priority><show>away</show></presence>"
                + "<message to='" + name
                + "@localhost' type='chat' xml:lang='de'>"
                + "<body>Gr\u00fc\u00dfe &amp; \ud83d\udc26 &#x41;<![CDATA[<b>]]></body></message>"
                + "<iq type='set' id='k'><block xmlns='urn:xmpp:blocking'><item jid='x@localhost'/></block></iq>"
                + "<iq type='set' id='e'><enable xmlns='urn:xmpp:carbons:2'/></iq>"
                + "<presence type='subscribe' to='y@localhost'/></stream:stream>";
    }

    /** Returns a SCRAM exchange that must fail, because it does not wait for the server's nonce. */
    private static String scram(String name) {
        return "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-256'>"
                + base64("n,,n=" + name + ",r=abcdefgh") + "</auth>"
                + "<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>" + base64("c=biws,r=abcdefgh,p=AAAA")
                + "</response>";
    }

    private static String base64(String text) { return Base64.getEncoder().encodeToString(text.getBytes(UTF_8)); }

    /** Returns a copy that is changed, shortened or extended at one random place. */
    public static byte[] damaged(byte[] good, Random random) {
        var out = new ByteArrayOutputStream();
        int at = random.nextInt(good.length);
        int length = Math.min(good.length - at, 1 + random.nextInt(40));
        out.write(good, 0, at);
        switch (random.nextInt(5)) {
            case 0 -> out.write(good[at] ^ 1 << random.nextInt(8));
            case 1 -> {} // drops the bytes
            case 2 -> {
                out.write(good, at, length);
                out.write(good, at, length);
            }
            case 3 -> {
                var noise = new byte[length];
                random.nextBytes(noise);
                out.writeBytes(noise);
            }
            default -> out.writeBytes("<a b='c' xmlns:d='e'><!-- ]]> \u0000 &lt &#0; </d:a>"
                    .substring(random.nextInt(20)).getBytes(UTF_8));
        }
        out.write(good, at + length, good.length - at - length);
        return out.toByteArray();
    }

    /** Sends bytes in random pieces, then waits for the server to close; fails after 20 seconds. */
    public static void talk(Socket socket, byte[] bytes, Random random) {
        socketTimeout(socket);
        try {
            for (int at = 0; at < bytes.length;) {
                int next = Math.min(bytes.length, at + 1 + random.nextInt(random.nextBoolean() ? 8 : 600));
                socket.getOutputStream().write(bytes, at, next - at);
                at = next;
            }
            socket.shutdownOutput();
            socket.getInputStream().readAllBytes(); // a server that hangs fails here by timeout
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError("the server hangs", e);
        } catch (IOException closed) {
            return; // the server may close at any time
        }
    }

    private static void socketTimeout(Socket socket) {
        try {
            socket.setSoTimeout(20_000);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns all platform threads except the carriers of virtual threads, which come and go. */
    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream().filter(t -> !t.getName().startsWith("ForkJoinPool"))
                .collect(Collectors.toSet());
    }

    @Test void damagedConversationsCauseNoBugAndNoLeak() throws Exception {
        long seed = Long.getLong("martlet.fuzz.seed", System.nanoTime());
        // starts all threads that the JVM starts only once
        try (var client = LocalServer.shared().login(LocalServer.shared().account("first"), "x")) {
            client.send("</stream:stream>");
            assertThat(client.receive()).isSameAs(ReceivedXml.END);
            assertThat(client.receive()).isSameAs(ReceivedXml.CLOSED);
        }
        var before = threads();
        try (var complaints = new UnexpectedLogLines()) {
            try (var server = LocalServer.start(LocalServer.SETTINGS)) {
                converse(server, new Random(seed));
                Awaitility.await()
                        .until(() -> server.server().injector().getInstance(OpenClientStreams.class).size() == 0);
                Awaitility.await().until(() -> server.server().injector().getInstance(AccountDirectory.class).live()
                        .findAny().isEmpty());
                try (var client = server.login(server.account("viola"), "fine")) {
                    client.fence();
                }
            }
            assertThat(complaints.lines()).as("seed " + seed).isEmpty();
        }
        Awaitility.await().pollInSameThread().untilAsserted(() -> assertThat(threads())
                .filteredOn(thread -> !before.contains(thread)).as("started by the server").isEmpty());
    }

    private static void converse(LocalServer server, Random random) throws Exception {
        var good = conversation(server.account("fuzz").local()).getBytes(UTF_8);
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
    }
}
