package im.martlet.conformance.federation;

import static im.martlet.conformance.harness.peers.TestAuthority.dns;
import static im.martlet.conformance.harness.peers.TestAuthority.srv;
import static im.martlet.conformance.harness.peers.TestAuthority.xmppAddr;
import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.conformance.harness.peers.FederatedServer;
import im.martlet.conformance.harness.peers.LoopbackDns;
import im.martlet.conformance.harness.peers.PeerServer;
import im.martlet.conformance.harness.peers.TestAuthority;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * T-CERTZOO on the wire: each kind of certificate, presented by a server that connects and by a server that Martlet
 * contacts.
 */
class CertificateStreamsTest {
    private static final LoopbackDns DNS = new LoopbackDns();
    private static final TestAuthority AUTHORITY = new TestAuthority();
    private static final TestAuthority UNKNOWN = new TestAuthority();
    private static final String EXTERNAL =
            "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>EXTERNAL</mechanism></mechanisms>";
    private static final KeyPurposeId SERVER = KeyPurposeId.id_kp_serverAuth;
    private static final KeyPurposeId CLIENT = KeyPurposeId.id_kp_clientAuth;
    private static FederatedServer strict;

    @BeforeAll static void start() {
        strict = FederatedServer.start("strict.example", AUTHORITY, AUTHORITY.certify("strict.example"), DNS,
                "secure = 'certificate'");
    }

    @AfterAll static void stop() {
        strict.close();
        DNS.close();
    }

    private enum Kind {
        BOTH_PURPOSES(true, "a1.example", AUTHORITY, 30, List.of(SERVER, CLIENT), dns("a1.example")),
        SERVERS_ONLY(true, "a2.example", AUTHORITY, 30, List.of(SERVER), dns("a2.example")),
        CLIENTS_ONLY(true, "a3.example", AUTHORITY, 30, List.of(CLIENT), dns("a3.example")),
        NO_PURPOSE(true, "a4.example", AUTHORITY, 30, List.of(), dns("a4.example")),
        OTHER_PURPOSE(false, "a5.example", AUTHORITY, 30, List.of(KeyPurposeId.id_kp_emailProtection),
                dns("a5.example")),
        EXPIRED(false, "a6.example", AUTHORITY, -1, List.of(SERVER), dns("a6.example")),
        WRONG_NAME(false, "a7.example", AUTHORITY, 30, List.of(SERVER), dns("b.example")),
        WILDCARD(true, "rooms.a8.example", AUTHORITY, 30, List.of(SERVER), dns("*.a8.example")),
        WILDCARD_TOO_DEEP(false, "x.rooms.a9.example", AUTHORITY, 30, List.of(SERVER), dns("*.a9.example")),
        INTERNATIONAL(true, "b\u00fccher.example", AUTHORITY, 30, List.of(SERVER), dns("xn--bcher-kva.example")),
        XMPP_ADDRESS(true, "a10.example", AUTHORITY, 30, List.of(SERVER), xmppAddr("a10.example")),
        SRV_NAME(true, "a11.example", AUTHORITY, 30, List.of(SERVER), srv("_xmpp-server.a11.example")),
        COMMON_NAME_ONLY(false, "cn.example", AUTHORITY, 30, List.of(SERVER)),
        NUL_IN_NAME(false, "a12.example", AUTHORITY, 30, List.of(SERVER), dns("a12.example\0.evil.example")),
        UNKNOWN_AUTHORITY(false, "a13.example", UNKNOWN, 30, List.of(SERVER), dns("a13.example"));

        private final boolean good;
        private final String domain;
        private final TestAuthority.Issued certificate;

        Kind(boolean good, String domain, TestAuthority authority, int until, List<KeyPurposeId> purposes,
                GeneralName... names) {
            this.good = good;
            this.domain = domain;
            this.certificate = authority.certify("CN=cn.example", -9, until, purposes, names);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class) void onlyATrustedCertificateAuthenticatesAConnectingServer(Kind kind) throws Exception {
        try (var peer = new PeerServer(strict.port())) {
            String features = peer.secure(kind.domain, "strict.example", kind.certificate);
            if (kind.good) assertThat(features).contains("EXTERNAL");
            else assertThat(features).doesNotContain("EXTERNAL");
            peer.send("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>=</auth>");
            peer.until(kind.good ? "<success" : "<not-authorized/>");
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class) void onlyATrustedCertificateAuthenticatesAContactedServer(Kind kind) throws Exception {
        try (var listening = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                var romeo = strict.login("romeo")) {
            DNS.server(java.net.IDN.toASCII(kind.domain), "xmpp-server", 0, listening.getLocalPort());
            romeo.send("<message to='x@" + kind.domain + "' id='m'/>");
            try (var peer = new PeerServer(listening.accept())) {
                peer.serve(kind.domain, "id", kind.certificate, EXTERNAL);
                if (kind.good) peer.until("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>");
                else assertThat(romeo.receive().toString()).contains("id='m'", "remote-server-timeout",
                        "the certificate");
            }
        }
    }
}
