package im.martlet.conformance.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import im.martlet.conformance.harness.peers.FederatedServer;
import im.martlet.conformance.harness.peers.FederationFixture;
import im.martlet.conformance.harness.peers.LoopbackDns;
import im.martlet.conformance.harness.peers.PeerServer;
import im.martlet.conformance.harness.peers.TestAuthority;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * T-DIALBACK, with {@link ForgeriesTest} and the dialogues of XEP-0220: a key proves one domain on one stream, and
 * nothing else.
 */
class DialbackTest {
    @RegisterExtension static final FederationFixture FEDERATION =
            FederationFixture.of("martlet.example", "other.example");
    private static final LoopbackDns DNS = FEDERATION.dns();
    private static final TestAuthority AUTHORITY = FEDERATION.authority();

    private static FederatedServer martlet() { return FEDERATION.server("martlet.example"); }

    private static FederatedServer other() { return FEDERATION.server("other.example"); }

    /** Opens a stream for {@code domain}; the authoritative server confirms the key. */
    private static PeerServer verified(String domain) throws Exception {
        var peer = new PeerServer(martlet().port());
        try (var listening = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            DNS.server(domain, "xmpp-server", 0, listening.getLocalPort());
            String id = peer.id(peer.secure(domain, "martlet.example", null));
            peer.send("<db:result from='" + domain + "' to='martlet.example'>key</db:result>");
            try (var authority = new PeerServer(listening.accept())) {
                authority.serve(domain, "any", AUTHORITY.certify(domain), "").until("</db:verify>");
                authority.send("<db:verify from='" + domain + "' to='martlet.example' id='" + id + "' type='valid'/>");
                peer.until("type='valid'/>");
            }
        }
        return peer;
    }

    @Test void aVerifiedStreamSendsForNoSimilarDomain() throws Exception {
        try (var juliet = martlet().login("juliet")) {
            for (String from : new String[]{ "x@sub.%s", "x@x%s", "x@%s.evil.example", "x@example" }) {
                String domain = "verified" + Math.abs(from.hashCode()) + ".example";
                try (var peer = verified(domain)) {
                    peer.send(PeerServer.message("x@" + domain, juliet.jid().toString()));
                    assertThat(juliet.receive().attribute("from")).isEqualTo("x@" + domain);
                    assertThat(peer.send(PeerServer.message(from.formatted(domain), juliet.jid().toString())).rest())
                            .as(from)
                            .contains("invalid-from");
                }
            }
            juliet.fence();
            assertThat(juliet.peek()).isNull();
        }
    }

    @Test void aKeyIsVerifiedAgainOnEachStream() throws Exception {
        verified("twice.example").close();
        DNS.forget("twice.example");
        try (var peer = new PeerServer(martlet().port())) {
            peer.secure("twice.example", "martlet.example", null);
            assertThat(peer.send("<db:result from='twice.example' to='martlet.example'>key</db:result>")
                    .until("</db:result>")).contains("remote-server-"); // the authoritative server is gone
        }
    }

    @Test void keysAreRefusedWhereCertificatesAreRequired() throws Exception {
        try (var strict = FederatedServer.start("strict.example", AUTHORITY, AUTHORITY.certify("strict.example"), DNS,
                "secure = 'certificate'"); var peer = new PeerServer(strict.port())) {
            assertThat(peer.secure("other.example", "strict.example", null))
                    .doesNotContain("urn:xmpp:features:dialback");
            int asked = DNS.asked();
            assertThat(peer.send("<db:result from='other.example' to='strict.example'>key</db:result>")
                    .until("</db:result>")).contains("not-authorized");
            assertThat(DNS.asked()).as("queries to DNS").isEqualTo(asked);
        }
    }

    // no loop: a server that only asks about a key need not be verified
    @Test void aForgedKeyCausesOneVerificationOnly() throws Exception {
        try (var peer = new PeerServer(martlet().port())) {
            peer.secure("other.example", "martlet.example", null);
            peer.send("<db:result from='other.example' to='martlet.example'>key</db:result>").until("type='invalid'/>");
            await().until(() -> streams(martlet()).equals("[]") && streams(other()).equals("[]"));
        }
    }

    private static String streams(FederatedServer server) {
        return server.server.command("s2s list", Map.of()).toString();
    }
}
