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

/** Certificates that Martlet trusts for a domain, and certificates that it refuses (RFC 6120 §13.7.1.2, RFC 9525). */
class CertificateVariantsTest {
    private static final TestAuthority AUTHORITY = new TestAuthority();
    private static final List<KeyPurposeId> SERVER = List.of(KeyPurposeId.id_kp_serverAuth);

    private static Optional<String> refusal(TestAuthority.Issued issued, String domain) throws Exception {
        try (InputStream in = Files.newInputStream(issued.certificate())) {
            return CertificateTrust.of(Optional.of(AUTHORITY.file())).refusal(
                    List.of((X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in)), domain);
        }
    }

    private static void assertTrusted(String domain, GeneralName... names) throws Exception {
        assertThat(refusal(AUTHORITY.certify("CN=x", -1, 30, SERVER, names), domain)).isEmpty();
    }

    private static void assertRefused(String domain, GeneralName... names) throws Exception {
        assertThat(refusal(AUTHORITY.certify("CN=x", -1, 30, SERVER, names), domain))
                .hasValueSatisfying(w -> assertThat(w).contains("not for"));
    }

    @Test void dnsNamesServiceNamesAndXmppAddressesCount() throws Exception {
        assertTrusted("a.example", dns("a.example"));
        assertTrusted("a.example", dns("A.Example"));
        assertTrusted("a.example", srv("_xmpp-server.a.example"));
        assertTrusted("a.example", xmppAddr("a.example"));
        assertTrusted("bücher.example", dns("xn--bcher-kva.example"));
        assertTrusted("bücher.example", xmppAddr("bücher.example"));
    }

    @Test void aWildcardReplacesOneLabelOnly() throws Exception {
        assertTrusted("rooms.a.example", dns("*.a.example"));
        assertRefused("a.example", dns("*.a.example"));
        assertRefused("x.rooms.a.example", dns("*.a.example"));
        assertRefused("rooms.a.example", dns("r*.a.example"));
        assertRefused("rooms.a.example", dns("rooms.*.example"));
        assertRefused("a.example", dns("*.example"));
        assertRefused("a.example", dns("*"));
        assertRefused("rooms.a.example", srv("_xmpp-server.*.a.example"));
    }

    @Test void namesOfOtherKindsAndDomainsDoNotCount() throws Exception {
        assertRefused("a.example", dns("b.example"));
        assertRefused("a.example", dns("a.example.evil.example"));
        assertRefused("a.example", dns("evil.example\0a.example"), dns("a.example\0.evil.example"));
        assertRefused("a.example", srv("_xmpp-client.a.example"));
        assertRefused("a.example", xmppAddr("juliet@a.example"));
        assertRefused("a.example", xmppAddr("a.example/x"));
        assertRefused("a.example", new GeneralName(GeneralName.rfc822Name, "root@a.example"),
                new GeneralName(GeneralName.uniformResourceIdentifier, "xmpp:a.example"));
        assertRefused("192.0.2.7", new GeneralName(GeneralName.iPAddress, "192.0.2.7"), dns("192.0.2.7"));
        assertRefused("a.example", IntStream.range(0, 501).mapToObj(i -> dns(i == 500 ? "a.example" : i + ".example"))
                .toArray(GeneralName[]::new));
    }

    @Test void theSubjectNameDoesNotCount() throws Exception { // CVE-2025-59154
        assertThat(refusal(AUTHORITY.certify("CN=a.example", -1, 30, SERVER), "a.example")).isPresent();
        assertThat(refusal(AUTHORITY.certify("OU=\"CN=a.example\", CN=b.example", -1, 30, SERVER, dns("b.example")),
                "a.example")).isPresent();
    }

    // since 2026 public authorities issue serverAuth alone
    @Test void everyKeyPurposeOfServersIsAccepted() throws Exception {
        for (var purposes : List.of(SERVER, List.of(KeyPurposeId.id_kp_clientAuth),
                List.of(KeyPurposeId.anyExtendedKeyUsage), List.<KeyPurposeId>of()))
            assertThat(refusal(AUTHORITY.certify("CN=x", -1, 30, purposes, dns("a.example")), "a.example")).isEmpty();
        assertThat(refusal(AUTHORITY.certify("CN=x", -1, 30, List.of(KeyPurposeId.id_kp_codeSigning), dns("a.example")),
                "a.example")).hasValueSatisfying(w -> assertThat(w).contains("not for servers"));
    }

    @Test void aCertificateMustBeValidNowAndFromATrustedAuthority() throws Exception {
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

    @Test void aMissingCertificateIsRefusedWithTheAuthoritiesOfTheJdk() throws Exception {
        assertThat(CertificateTrust.of(Optional.empty()).refusal(List.of(), "a.example")).isPresent();
    }
}
