package im.martlet.conformance.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import im.martlet.conformance.harness.peers.Ejabberd;
import im.martlet.conformance.harness.peers.FederatedServer;
import im.martlet.conformance.harness.peers.LoopbackDns;
import im.martlet.conformance.harness.peers.PeerScenarios;
import im.martlet.conformance.harness.peers.TestAuthority;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A real ejabberd as the remote server, in both directions. */
public class EjabberdTest {
    private static final LoopbackDns DNS = new LoopbackDns();
    private static final TestAuthority AUTHORITY = new TestAuthority();
    private static FederatedServer martlet;
    private static Ejabberd ejabberd;

    @BeforeAll static void start() throws Exception {
        assumeTrue(Ejabberd.isInstalled(), "ejabberd is not installed");
        martlet = FederatedServer.start("martlet.example", AUTHORITY,
                both(AUTHORITY, "martlet.example", "*.martlet.example"), DNS, "");
        DNS.onThisMachine("martlet.example", "xmpp-server", martlet.port());
        ejabberd = Ejabberd.start("ejabberd.example", AUTHORITY,
                both(AUTHORITY, "ejabberd.example", "rooms.ejabberd.example"), DNS, "");
    }

    @AfterAll static void stop() {
        if (ejabberd != null) ejabberd.close();
        if (martlet != null) martlet.close();
        DNS.close();
    }

    /** A certificate for both roles, client and server: this ejabberd accepts no other for SASL. */
    public static TestAuthority.Issued both(TestAuthority authority, String... domains) {
        return authority.certify("CN=nobody", -1, 30,
                List.of(KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth),
                java.util.stream.Stream.of(domains).map(TestAuthority::dns)
                        .toArray(org.bouncycastle.asn1.x509.GeneralName[]::new));
    }

    private static String streams() { return martlet.server.command("s2s list", Map.of()).toString(); }

    @Test void messagesPassInBothDirectionsOverStreamsVerifiedByCertificates() throws Exception {
        try (var romeo = martlet.login("romeo"); var juliet = ejabberd.register("juliet1")) {
            PeerScenarios.chat(romeo, juliet);
            PeerScenarios.chat(juliet, romeo);
            assertThat(streams()).as(ejabberd.log()).contains(
                    "remote=ejabberd.example, direction=out, verified=certificate",
                    "remote=ejabberd.example, direction=in, verified=certificate");
        }
    }

    @Test void aCertificateForServersOnlyLeadsToDialback() throws Exception {
        try (var other = FederatedServer.start("serveronly.example", AUTHORITY, AUTHORITY.certify("serveronly.example"),
                DNS, "");
                var romeo = other.login("romeo"); var juliet = ejabberd.register("juliet2")) {
            DNS.onThisMachine("serveronly.example", "xmpp-server", other.port());
            PeerScenarios.chat(romeo, juliet);
            PeerScenarios.chat(juliet, romeo);
        }
    }

    @Test void untrustedCertificatesLeadToDialbackInBothDirections() throws Exception {
        try (var unknown =
                Ejabberd.start("unknown.example", AUTHORITY, new TestAuthority().certify("unknown.example"), DNS, "");
                var romeo = martlet.login("romeo"); var juliet = unknown.register("juliet")) {
            PeerScenarios.chat(juliet, romeo);
            assertThat(streams()).as(unknown.log()).contains("remote=unknown.example, direction=in, verified=dialback");
            PeerScenarios.chat(romeo, juliet);
            assertThat(streams()).as(unknown.log())
                    .contains("remote=unknown.example, direction=out, verified=dialback");
        }
    }

    @Test void presenceSubscriptionsWorkAcrossServers() throws Exception {
        try (var romeo = martlet.login("romeo"); var juliet = ejabberd.register("juliet3")) {
            PeerScenarios.subscribe(romeo, juliet);
            juliet.send("<presence><show>away</show></presence>");
            PeerScenarios.until(romeo, "presence", "from='" + juliet.jid() + "'", "away");
            PeerScenarios.subscribe(juliet, romeo);
            romeo.send("<presence><show>xa</show></presence>");
            PeerScenarios.until(juliet, "presence", "from='" + romeo.jid() + "'", "xa");
            juliet.send("<presence type='unavailable'/>");
            PeerScenarios.until(romeo, "presence", "from='" + juliet.jid() + "'", "unavailable");
        }
    }

    @Test void discoAndPingAreAnsweredInBothDirections() throws Exception {
        try (var romeo = martlet.login("romeo"); var juliet = ejabberd.register("juliet4")) {
            PeerScenarios.asks(romeo, "ejabberd.example", "rooms.ejabberd.example");
            PeerScenarios.asks(juliet, "martlet.example", "Martlet");
        }
    }

    @Test void usersEnterAndSpeakInARemoteRoom() throws Exception {
        try (var romeo = martlet.login("romeo"); var juliet = ejabberd.register("juliet5")) {
            PeerScenarios.meet(romeo, juliet, "verona@rooms.ejabberd.example");
        }
    }

    @Test void personalEventsReachRemoteContacts() throws Exception { // XEP-0163 §4
        try (var romeo = martlet.login("romeo"); var juliet = ejabberd.register("juliet6")) {
            PeerScenarios.hearsOfNickname(romeo, juliet);
        }
        try (var mercutio = martlet.login("mercutio"); var nurse = ejabberd.register("nurse6")) {
            PeerScenarios.hearsOfNickname(nurse, mercutio);
        }
    }

    @Test void directTlsWorksInBothDirections() throws Exception { // XEP-0368
        try (var direct = Ejabberd.start("direct.example", AUTHORITY, both(AUTHORITY, "direct.example"), DNS, "");
                var tls = FederatedServer.start("tls.example", AUTHORITY, both(AUTHORITY, "tls.example"), DNS, "");
                var romeo = tls.login("romeo"); var juliet = direct.register("juliet")) {
            DNS.forget("direct.example").server("direct.example", "xmpps-server", 1, direct.tlsPort());
            DNS.onThisMachine("tls.example", "xmpps-server", tls.tlsPort());
            PeerScenarios.chat(romeo, juliet);
            PeerScenarios.chat(juliet, romeo);
            assertThat(tls.server.command("s2s list", Map.of()).toString()).as(direct.log())
                    .contains("direction=out, verified=certificate", "direction=in, verified=certificate");
        }
    }

    @Test void aRestartedRemoteServerIsReachedAgain() throws Exception {
        try (var restless = Ejabberd.start("restless.example", AUTHORITY, both(AUTHORITY, "restless.example"), DNS, "");
                var romeo = martlet.login("romeo")) {
            try (var juliet = restless.register("juliet")) {
                PeerScenarios.chat(romeo, juliet);
                PeerScenarios.chat(juliet, romeo);
            }
            restless.restart();
            try (var juliet = restless.login("juliet")) {
                PeerScenarios.chat(juliet, romeo);
                org.awaitility.Awaitility.await()
                        .until(() -> !streams().contains("remote=restless.example, direction=out")
                                || PeerScenarios.reaches(romeo, "restless.example"));
                PeerScenarios.chat(romeo, juliet);
            }
        }
    }
}
