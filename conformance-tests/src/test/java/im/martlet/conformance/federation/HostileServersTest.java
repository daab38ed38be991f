package im.martlet.conformance.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import im.martlet.conformance.harness.peers.FederatedServer;
import im.martlet.conformance.harness.peers.LoopbackDns;
import im.martlet.conformance.harness.peers.PeerScenarios;
import im.martlet.conformance.harness.peers.PeerServer;
import im.martlet.conformance.harness.peers.TestAuthority;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Remote servers that send too much, too slowly, or forbidden XML, and users that write to domains without a server.
 */
class HostileServersTest {
    private static final LoopbackDns DNS = new LoopbackDns();
    private static final TestAuthority AUTHORITY = new TestAuthority();
    private static final TestAuthority.Issued EVIL = AUTHORITY.certify("evil.example", "*.evil.example");
    private static FederatedServer martlet;
    private static FederatedServer other;

    @BeforeAll static void start() {
        martlet = FederatedServer.start("martlet.example", AUTHORITY, AUTHORITY.certify("martlet.example"), DNS,
                "stanza = '20 KB'\ntimeout = '20s'");
        other = FederatedServer.start("other.example", AUTHORITY, DNS);
    }

    @AfterAll static void stop() {
        martlet.close();
        other.close();
        DNS.close();
    }

    /** Opens a stream that a certificate for {@code evil.example} authenticates. */
    private static PeerServer authenticated() throws Exception {
        var peer = new PeerServer(martlet.port());
        peer.secure("evil.example", "martlet.example", EVIL);
        peer.send("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>=</auth>")
                .until("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
        return peer.open("evil.example", "martlet.example");
    }

    @Test void anOversizedStanzaEndsTheStreamBeforeItIsComplete() throws Exception {
        try (var juliet = martlet.login("juliet"); var peer = authenticated()) {
            peer.send("<message from='x@evil.example' to='" + juliet.jid() + "'><body>" + "x".repeat(30_000));
            assertThat(peer.rest()).contains("policy-violation");
            juliet.fence();
            assertThat(juliet.peek()).isNull();
        }
    }

    @Test void elementsThatAreTooDeepOrHaveTooManyAttributesEndTheStream() throws Exception {
        try (var peer = authenticated()) {
            assertThat(
                    peer.send("<message from='x@evil.example' to='juliet@martlet.example'>" + "<a>".repeat(100)).rest())
                    .contains("policy-violation");
        }
        try (var peer = authenticated()) {
            var attributes = new StringBuilder();
            for (int i = 0; i < 200; i++) attributes.append(" a").append(i).append("='b'");
            assertThat(
                    peer.send("<message from='x@evil.example' to='juliet@martlet.example'" + attributes + "/>").rest())
                    .contains("policy-violation");
        }
    }

    @Test void aConnectingServerMustAuthenticateInTime() throws Exception {
        try (var hasty = FederatedServer.start("hasty.example", AUTHORITY, AUTHORITY.certify("hasty.example"), DNS,
                "handshake = '2s'");
                var silent = new PeerServer(hasty.port()); var slow = new PeerServer(hasty.port());
                var half = new PeerServer(hasty.port())) {
            half.send(PeerServer.header("evil.example", "hasty.example"));
            Thread.ofVirtual().start(() -> {
                try {
                    for (char c : PeerServer.header("evil.example", "hasty.example").toCharArray()) {
                        slow.send(String.valueOf(c));
                        java.util.concurrent.TimeUnit.MILLISECONDS.sleep(100); // the header would take half a minute
                    }
                } catch (java.io.IOException | InterruptedException closed) {
                    // the server has closed the connection, as expected
                }
            });
            for (var peer : List.of(silent, slow, half)) assertThat(peer.rest()).contains("connection-timeout");
        }
    }

    @Test void xmlThatXmppForbidsEndsTheStream() throws Exception { // RFC 6120 §11.1
        for (String trick : List.of("<!DOCTYPE x [<!ENTITY a 'b'>]>", "<!-- comment -->", "<?target instruction?>",
                "<message from='x@evil.example' to='juliet@martlet.example'><body>&entity;</body></message>"))
            try (var peer = authenticated()) {
                assertThat(peer.send(trick).rest()).as(trick).containsAnyOf("restricted-xml", "not-well-formed");
            }
        for (String trick : List.of("<unbound:message from='x@evil.example' to='juliet@martlet.example'/>",
                "<message from='x@evil.example' from='y@evil.example' to='juliet@martlet.example'/>",
                "<message from='x@evil.example' to='juliet@martlet.example'></presence>",
                "<message from='x@evil.example' to='juliet@martlet.example'>\u0001</message>"))
            try (var peer = authenticated()) {
                assertThat(peer.send(trick).rest()).as(trick).containsAnyOf("not-well-formed", "bad-namespace-prefix");
            }
    }

    @Test void prefixesHideNeitherNamespacesNorAttributes() throws Exception {
        try (var juliet = martlet.login("juliet"); var peer = authenticated()) {
            peer.send("<s:message xmlns:s='jabber:server' s:from='x@other.example' from='x@evil.example' to='"
                    + juliet.jid() + "' id='m'><s:body>x</s:body></s:message>");
            assertThat(juliet.receive().attribute("from")).isEqualTo("x@evil.example");
        }
        try (var juliet = martlet.login("juliet"); var peer = authenticated()) { // another namespace: not a stanza
            assertThat(peer
                    .send("<message xmlns='jabber:component:accept' from='x@evil.example' to='" + juliet.jid() + "'/>")
                    .rest()).contains("unsupported-stanza-type");
            juliet.fence();
            assertThat(juliet.peek()).isNull();
        }
    }

    @Test void theDomainsOfOneStreamAreLimited() throws Exception {
        try (var peer = new PeerServer(martlet.port())) {
            peer.secure("evil.example", "martlet.example", EVIL);
            for (int i = 0; i < 100; i++)
                peer.send("<db:result from='d" + i + ".evil.example' to='martlet.example'>any</db:result>")
                        .until("type='valid'/>");
            assertThat(peer.send("<db:result from='d100.evil.example' to='martlet.example'>any</db:result>")
                    .until("</db:result>")).contains("resource-constraint");
        }
    }

    @Test void theStreamsOfOneDomainAreLimited() throws Exception {
        var open = new ArrayList<PeerServer>();
        try {
            for (int i = 0; i < 20; i++) open.add(streamOf("many.evil.example"));
            var refused = new PeerServer(martlet.port());
            open.add(refused);
            refused.secure("many.evil.example", "martlet.example", EVIL);
            assertThat(
                    refused.send("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>=</auth>").rest())
                    .contains("resource-constraint");
        } finally {
            for (PeerServer peer : open) peer.close();
        }
    }

    private static PeerServer streamOf(String domain) throws Exception {
        var peer = new PeerServer(martlet.port());
        peer.secure(domain, "martlet.example", EVIL);
        peer.send("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>=</auth>")
                .until("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
        return peer.open(domain, "martlet.example");
    }

    /**
     * Each stream names domains to verify, and each verification needs a connection. So all streams together share one
     * limit.
     */
    @Test void pendingVerificationsOfAllStreamsAreLimited() throws Exception {
        var connections = new AtomicInteger();
        var held = new ArrayList<java.net.Socket>();
        var open = new ArrayList<PeerServer>();
        try (var victim = new ServerSocket(0, 500, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                try {
                    for (;; connections.incrementAndGet()) held.add(victim.accept()); // the victim sends nothing
                } catch (java.io.IOException closed) {
                    // the test is over
                }
            });
            int refused = 0;
            for (int i = 0; i < 25; i++) {
                var peer = new PeerServer(martlet.port());
                open.add(peer);
                peer.secure("evil" + i + ".example", "martlet.example", null);
                for (int j = 0; j < 4; j++) {
                    DNS.server("v" + i + "x" + j + ".example", "xmpp-server", 0, victim.getLocalPort());
                    peer.send("<db:result from='v" + i + "x" + j + ".example' to='martlet.example'>key</db:result>");
                }
                // a fence behind the keys
                peer.send("<db:verify from='fence.example' to='martlet.example' id='f'>key</db:verify>");
                if (peer.until("id='f'").contains("resource-constraint")) refused++;
            }
            assertThat(refused).isPositive();
            assertThat(connections.get()).isBetween(1, 64);
            try (var romeo = martlet.login("romeo"); var juliet = other.login("juliet")) { // other streams keep working
                PeerScenarios.chat(romeo, juliet);
            }
        } finally {
            for (PeerServer peer : open) peer.close();
            for (var socket : List.copyOf(held)) socket.close();
        }
    }

    @Test void messagesToThousandsOfDomainsAreBouncedAndDelayNoOtherUser() throws Exception {
        try (var romeo = martlet.login("romeo"); var fool = martlet.login("fool"); var juliet = other.login("juliet")) {
            PeerScenarios.chat(romeo, juliet);
            for (int i = 0; i < 2000; i++)
                fool.send("<message id='" + i + "' to='x@d" + i + ".invalid.example'><body>x</body></message>");
            PeerScenarios.chat(romeo, juliet);
            for (int i = 0; i < 2000; i++)
                // the condition depends on the load of DNS
                assertThat(fool.receive().toString()).contains("type='error'", "remote-server-");
            fool.fence();
            assertThat(fool.peek()).isNull();
        }
    }

    @Test void aPingIsAnsweredOnlyByThePingedServer() throws Exception {
        try (var impatient = FederatedServer.start("anxious.example", AUTHORITY, AUTHORITY.certify("anxious.example"),
                DNS, "timeout = '6s'");
                var listening = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                var romeo = impatient.login("romeo"); var evil = new PeerServer(impatient.port())) {
            DNS.server("dead.example", "xmpp-server", 0, listening.getLocalPort());
            romeo.send("<message to='x@dead.example' id='m'><body>x</body></message>");
            try (var dead = new PeerServer(listening.accept())) {
                dead.serve("dead.example", "id", AUTHORITY.certify("dead.example"),
                        "<dialback xmlns='urn:xmpp:features:dialback'/>").until("</db:result>");
                dead.send("<db:result from='dead.example' to='anxious.example' type='valid'/>").until("urn:xmpp:ping");
                evil.secure("evil.example", "anxious.example", EVIL);
                evil.send("<db:result from='evil.example' to='anxious.example'>any</db:result>")
                        .until("type='valid'/>");
                assertThat(
                        evil.send("<iq type='result' id='alive-1' from='dead.example' to='anxious.example'/>").rest())
                        .contains("invalid-from");
                assertThat(dead.rest()).contains("connection-timeout");
            }
        }
    }

    /** The server pings a remote server without stream management, detects the dead connection, and connects again. */
    @Test void aDeadConnectionIsDetectedByPing() throws Exception {
        try (var impatient = FederatedServer.start("impatient.example", AUTHORITY,
                AUTHORITY.certify("impatient.example"), DNS, "timeout = '2s'\nretry = '1s'");
                var listening = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                var romeo = impatient.login("romeo")) {
            listening.setSoTimeout(20_000);
            DNS.server("gone.example", "xmpp-server", 0, listening.getLocalPort());
            for (int i = 0; i < 2; i++) { // each time over a new connection
                romeo.send("<message to='x@gone.example' id='m" + i + "'><body>x</body></message>");
                try (var gone = new PeerServer(listening.accept())) {
                    gone.serve("gone.example", "id", AUTHORITY.certify("gone.example"),
                            "<dialback xmlns='urn:xmpp:features:dialback'/>").until("</db:result>");
                    gone.send("<db:result from='gone.example' to='impatient.example' type='valid'/>")
                            .until("id='m" + i + "'");
                    assertThat(gone.until("urn:xmpp:ping")).contains("from='impatient.example'", "to='gone.example'",
                            "id='alive-");
                    assertThat(gone.rest()).contains("connection-timeout");
                }
                await().until(
                        () -> !impatient.server.command("s2s list", Map.of()).toString().contains("gone.example"));
            }
        }
    }
}
