package im.martlet.conformance.federation;

import static im.martlet.conformance.harness.peers.TestAuthority.dns;
import static im.martlet.conformance.harness.peers.TestAuthority.srv;
import static im.martlet.conformance.harness.peers.TestAuthority.xmppAddr;
import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.conformance.harness.peers.TestAuthority;
import im.martlet.federation.CertificateTrust;
import im.martlet.net.PemFiles;
import java.io.InputStream;
import java.nio.file.Files;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.Test;

/** Which certificates are believed for which domain (RFC 6120 §13.7.1.2, RFC 9525), and which are not. */
class CertificateVariantsTest {
    private static final TestAuthority AUTHORITY = new TestAuthority();
    private static final List<KeyPurposeId> SERVER = List.of(KeyPurposeId.id_kp_serverAuth);

    private static Optional<String> refusal(TestAuthority.Issued issued, String domain) throws Exception {
        try (InputStream in = Files.newInputStream(issued.certificate())) {
            return CertificateTrust.of(Optional.of(AUTHORITY.file())).refusal(
                    List.of((X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in)), domain);
        }
    }

    private static void good(String domain, GeneralName... names) throws Exception {
        assertThat(refusal(AUTHORITY.certify("CN=x", -1, 30, SERVER, names), domain)).isEmpty();
    }

    private static void bad(String domain, GeneralName... names) throws Exception {
        assertThat(refusal(AUTHORITY.certify("CN=x", -1, 30, SERVER, names), domain))
                .hasValueSatisfying(w -> assertThat(w).contains("not for"));
    }

    @Test void threeKindsOfNamesCount() throws Exception {
        good("a.example", dns("a.example"));
        good("a.example", dns("A.Example"));
        good("a.example", srv("_xmpp-server.a.example"));
        good("a.example", xmppAddr("a.example"));
        good("bücher.example", dns("xn--bcher-kva.example"));
        good("bücher.example", xmppAddr("bücher.example"));
    }

    @Test void aWildcardStandsForOneLabelOnly() throws Exception {
        good("rooms.a.example", dns("*.a.example"));
        bad("a.example", dns("*.a.example"));
        bad("x.rooms.a.example", dns("*.a.example"));
        bad("rooms.a.example", dns("r*.a.example"));
        bad("rooms.a.example", dns("rooms.*.example"));
        bad("a.example", dns("*.example"));
        bad("a.example", dns("*"));
        bad("rooms.a.example", srv("_xmpp-server.*.a.example"));
    }

    @Test void otherNamesDoNotCount() throws Exception {
        bad("a.example", dns("b.example"));
        bad("a.example", dns("a.example.evil.example"));
        bad("a.example", dns("evil.example\0a.example"), dns("a.example\0.evil.example"));
        bad("a.example", srv("_xmpp-client.a.example"));
        bad("a.example", xmppAddr("juliet@a.example"));
        bad("a.example", xmppAddr("a.example/x"));
        bad("a.example", new GeneralName(GeneralName.rfc822Name, "root@a.example"),
                new GeneralName(GeneralName.uniformResourceIdentifier, "xmpp:a.example"));
        bad("192.0.2.7", new GeneralName(GeneralName.iPAddress, "192.0.2.7"), dns("192.0.2.7"));
        bad("a.example", IntStream.range(0, 501).mapToObj(i -> dns(i == 500 ? "a.example" : i + ".example"))
                .toArray(GeneralName[]::new));
    }

    @Test void whatTheSubjectIsCalledCountsForNothing() throws Exception { // CVE-2025-59154
        assertThat(refusal(AUTHORITY.certify("CN=a.example", -1, 30, SERVER), "a.example")).isPresent();
        assertThat(refusal(AUTHORITY.certify("OU=\"CN=a.example\", CN=b.example", -1, 30, SERVER, dns("b.example")),
                "a.example")).isPresent();
    }

    @Test void purposesThatServersHaveAreGood() throws Exception { // since 2026 public authorities give serverAuth alone
        for (var purposes : List.of(SERVER, List.of(KeyPurposeId.id_kp_clientAuth),
                List.of(KeyPurposeId.anyExtendedKeyUsage), List.<KeyPurposeId>of()))
            assertThat(refusal(AUTHORITY.certify("CN=x", -1, 30, purposes, dns("a.example")), "a.example")).isEmpty();
        assertThat(refusal(AUTHORITY.certify("CN=x", -1, 30, List.of(KeyPurposeId.id_kp_codeSigning), dns("a.example")),
                "a.example")).hasValueSatisfying(w -> assertThat(w).contains("not for servers"));
    }

    @Test void itHasToBeValidNowAndByTheRightAuthority() throws Exception {
        assertThat(refusal(AUTHORITY.certify("CN=x", -9, -2, SERVER, dns("a.example")), "a.example"))
                .hasValueSatisfying(w -> assertThat(w).contains("expired"));
        assertThat(refusal(AUTHORITY.certify("CN=x", 2, 30, SERVER, dns("a.example")), "a.example"))
                .hasValueSatisfying(w -> assertThat(w).contains("valid from"));
        assertThat(refusal(new TestAuthority().certify("a.example"), "a.example"))
                .hasValueSatisfying(w -> assertThat(w).contains("authority"));
        var folder = Files.createTempDirectory("self");
        PemFiles.writeSelfSigned("a.example", folder.resolve("c"), folder.resolve("k"));
        assertThat(refusal(new TestAuthority.Issued(folder.resolve("c"), folder.resolve("k")), "a.example"))
                .isPresent();
        assertThat(CertificateTrust.of(Optional.of(AUTHORITY.file())).refusal(List.of(), "a.example")).isPresent();
    }

    @Test void theJdkHasAuthoritiesToo() throws Exception {
        assertThat(CertificateTrust.of(Optional.empty()).refusal(List.of(), "a.example")).isPresent();
    }
}
