package im.martlet.conformance.federation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.UnexpectedLogLines;
import im.martlet.conformance.harness.peers.FederatedServer;
import im.martlet.conformance.harness.peers.LoopbackDns;
import im.martlet.conformance.harness.peers.PeerScenarios;
import im.martlet.conformance.harness.peers.PeerServer;
import im.martlet.conformance.harness.peers.TestAuthority;
import im.martlet.conformance.stream.FuzzTest;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * Streams of connecting and of contacted servers, damaged at random and cut anywhere: nothing in this server breaks.
 */
class ServerFuzzTest {
    private static final int ROUNDS = Integer.getInteger("martlet.fuzz", 150);
    private final TestAuthority authority = new TestAuthority();
    private final TestAuthority.Issued certificate = authority.certify("fuzz.example", "*.fuzz.example");

    private static String streamOfConnectingServer() {
        return PeerServer.header("fuzz.example", "martlet.example")
                + "<bidi xmlns='urn:xmpp:bidi'/><db:result from='fuzz.example' to='martlet.example'>b4835385f37fe28</db:result>"
                + "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>=</auth>"
                + PeerServer.header("fuzz.example", "martlet.example")
                + "<enable xmlns='urn:xmpp:sm:3'/><message from='x@fuzz.example' to='romeo@martlet.example' type='chat' xml:lang='de'><body>Gr\u00fc\u00dfe &amp; &#x41;<![CDATA[<b>]]></body></message>"
                + "<r xmlns='urn:xmpp:sm:3'/><iq from='fuzz.example' to='martlet.example' type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>"
                + "<presence xmlns='jabber:server' from='x@fuzz.example' to='romeo@martlet.example' type='subscribe'/><db:verify from='fuzz.example' to='martlet.example' id='i'>37c69b1cf07a3f67</db:verify>"
                + "<db:result from='sub.fuzz.example' to='martlet.example'>key</db:result><a xmlns='urn:xmpp:sm:3' h='3'/></stream:stream>";
    }

    private static String streamOfContactedServer() {
        var header = PeerServer.header("fuzz.example", "martlet.example").replace("version", "id='x' version");
        return header
                + "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>EXTERNAL</mechanism></mechanisms><bidi xmlns='urn:xmpp:features:bidi'/></stream:features>"
                + "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>" + header
                + "<stream:features><sm xmlns='urn:xmpp:sm:3'/></stream:features><enabled xmlns='urn:xmpp:sm:3'/>"
                + "<a xmlns='urn:xmpp:sm:3' h='1'/><message from='x@fuzz.example' to='romeo@martlet.example'><body>x</body></message><r xmlns='urn:xmpp:sm:3'/>"
                + "<db:result from='fuzz.example' to='martlet.example' type='valid'/><db:verify from='fuzz.example' to='martlet.example' id='x' type='valid'/></stream:stream>";
    }

    @Test void damagedStreamsBreakNothing() throws Exception {
        long seed = Long.getLong("martlet.fuzz.seed", System.nanoTime());
        var random = new Random(seed);
        try (var complaints = new UnexpectedLogLines(); var dns = new LoopbackDns();
                var martlet = FederatedServer.start("martlet.example", authority, authority.certify("martlet.example"),
                        dns, "timeout = '5s'\nretry = '1s'");
                var other = FederatedServer.start("other.example", authority, dns); var romeo = martlet.login("romeo");
                var juliet = other.login("juliet")) {
            for (int round = 0; round < ROUNDS; round++) sendAsConnectingServer(martlet, random);
            sendAsContactedServer(martlet, dns, romeo, random);
            Awaitility.await()
                    .until(() -> !martlet.server.command("s2s list", Map.of()).toString().contains("fuzz.example"));
            PeerScenarios.chat(romeo, juliet);
            assertThat(complaints.lines()).as("seed " + seed).isEmpty();
        }
    }

    private void sendAsConnectingServer(FederatedServer martlet, Random random) throws Exception {
        byte[] bytes = FuzzTest.damaged(streamOfConnectingServer().getBytes(UTF_8), random);
        if (random.nextInt(4) == 0) try (var plain = new Socket("127.0.0.1", martlet.port())) {
            FuzzTest.talk(plain, bytes, random);
        }
        else try (var plain = new Socket("127.0.0.1", martlet.tlsPort());
                var secured = PeerServer.secured(plain, certificate, true)) {
                    FuzzTest.talk(secured, bytes, random);
                }
    }

    private void sendAsContactedServer(FederatedServer martlet, LoopbackDns dns, Client romeo, Random random)
            throws Exception {
        try (var listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            listening.setSoTimeout(20_000);
            for (int round = 0; round < ROUNDS / 3; round++) {
                var domain = "f" + round + ".fuzz.example";
                dns.server(domain, "xmpps-server", 0, listening.getLocalPort());
                romeo.send("<message to='x@" + domain + "' id='" + round + "'><body>x</body></message>");
                try (var plain = listening.accept(); var secured = PeerServer.secured(plain, certificate, false)) {
                    FuzzTest.talk(secured, FuzzTest.damaged(
                            streamOfContactedServer().replace("fuzz.example", domain).getBytes(UTF_8), random), random);
                }
            }
        }
    }
}
