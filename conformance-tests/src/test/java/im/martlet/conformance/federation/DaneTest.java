package im.martlet.conformance.federation;

import static org.assertj.core.api.Assertions.assertThat;

import im.martlet.conformance.harness.Client;
import im.martlet.conformance.harness.peers.FederatedServer;
import im.martlet.conformance.harness.peers.LoopbackDns;
import im.martlet.conformance.harness.peers.TestAuthority;
import im.martlet.net.PemFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates that no authority vouches for, but that the domain publishes in signed DNS records (RFC 7673). */
class DaneTest {
    private static final int OWN = 3;
    private static final int AUTHORITY = 2;

    @TempDir Path folder;
    private final TestAuthority authority = new TestAuthority();
    private final TestAuthority unknown = new TestAuthority();

    private static String message(Client to, String id) {
        return "<message type='chat' id='" + id + "' to='" + to.jid() + "'><body>" + id + "</body></message>";
    }

    private static X509Certificate certificate(TestAuthority.Issued issued) throws Exception {
        return PemFiles.read(issued.certificate(), issued.key()).certificate();
    }

    /** Starts a server that requires certificates and trusts the key of a DNS zone. */
    private FederatedServer strict(LoopbackDns dns, String anchor) throws Exception {
        var file = Files.writeString(folder.resolve("anchors"), anchor + "\n");
        return FederatedServer.start("strict.example", authority, authority.certify("strict.example"), dns,
                "secure = 'certificate'\ndnssec = '" + file + "'");
    }

    private static String streams(FederatedServer of) { return of.server.command("s2s list", Map.of()).toString(); }

    @Test void aServerCertificateInDnsIsTrustedInBothDirections() throws Exception {
        var own = unknown.certify("wrong-name.example"); // DANE ignores the name (RFC 7671 §5.1)
        try (var dns = new LoopbackDns()) {
            var anchor = dns.sign("b.example");
            try (var strict = strict(dns, anchor); var b = FederatedServer.start("b.example", authority, own, dns, "");
                    var romeo = strict.login("romeo"); var juliet = b.login("juliet")) {
                dns.certificate("host.b.example", b.port(), OWN, certificate(own));
                juliet.send(message(romeo, "m1"));
                assertThat(romeo.receive().attribute("id")).isEqualTo("m1");
                assertThat(streams(strict)).contains("remote=b.example, direction=in and back, verified=dane");
                strict.server.command("s2s close", Map.of("domain", "b.example"));
                romeo.send(message(juliet, "m2"));
                assertThat(juliet.receive().attribute("id")).isEqualTo("m2");
                assertThat(streams(strict)).contains("verified=dane");
            }
        }
    }

    @Test void anAuthorityInDnsIsTrustedForCertificatesOfTheDomainOnly() throws Exception {
        for (String name : new String[]{ "b.example", "other.example" }) try (var dns = new LoopbackDns()) {
            var own = unknown.certify(name);
            var anchor = dns.sign("b.example");
            try (var strict = strict(dns, anchor);
                    var b = FederatedServer.start("b.example", authority, unknown.withAuthority(own), dns, "");
                    var romeo = strict.login("romeo"); var juliet = b.login("juliet")) {
                dns.certificate("host.b.example", b.port(), AUTHORITY, unknown.certificate());
                romeo.send(message(juliet, "m"));
                if (name.equals("b.example")) assertThat(juliet.receive().attribute("id")).isEqualTo("m");
                else assertThat(romeo.receive().toString()).contains("remote-server-timeout", "not for b.example");
            }
        }
    }

    @Test void unsignedRecordsAreNotTrusted() throws Exception {
        var own = unknown.certify("b.example");
        try (var dns = new LoopbackDns(); var strict = strict(dns, dns.sign("elsewhere.example"));
                var b = FederatedServer.start("b.example", authority, own, dns, "");
                var romeo = strict.login("romeo"); var juliet = b.login("juliet")) {
            dns.certificate("host.b.example", b.port(), OWN, certificate(own));
            romeo.send(message(juliet, "m"));
            assertThat(romeo.receive().toString()).contains("remote-server-timeout", "not from a trusted authority");
        }
    }

    @Test void recordsWithAForgedSignatureAreNotTrusted() throws Exception {
        var own = unknown.certify("b.example");
        try (var dns = new LoopbackDns()) {
            var anchor = dns.sign("b.example");
            dns.sign("b.example"); // with a key that the server does not trust
            try (var strict = strict(dns, anchor); var b = FederatedServer.start("b.example", authority, own, dns, "");
                    var romeo = strict.login("romeo"); var juliet = b.login("juliet")) {
                dns.certificate("host.b.example", b.port(), OWN, certificate(own));
                romeo.send(message(juliet, "m"));
                assertThat(romeo.receive().toString()).contains("remote-server-timeout");
            }
        }
    }

    @Test void aCertificateThatDiffersFromTheOneInDnsIsRefused() throws Exception {
        try (var dns = new LoopbackDns()) {
            var anchor = dns.sign("b.example");
            try (var strict = strict(dns, anchor);
                    var b = FederatedServer.start("b.example", authority, unknown.certify("b.example"), dns, "");
                    var romeo = strict.login("romeo"); var juliet = b.login("juliet")) {
                dns.certificate("host.b.example", b.port(), OWN, certificate(unknown.certify("b.example")));
                romeo.send(message(juliet, "m"));
                assertThat(romeo.receive().toString()).contains("remote-server-timeout",
                        "not from a trusted authority");
            }
        }
    }

    @Test void aServerConnectsToNoPrivateAddressUnlessAllowed() throws Exception {
        try (var dns = new LoopbackDns(); var b = FederatedServer.start("b.example", authority, dns);
                var careful = FederatedServer.start("careful.example", authority, authority.certify("careful.example"),
                        dns, "private_addresses = false");
                var romeo = careful.login("romeo"); var juliet = b.login("juliet")) {
            romeo.send(message(juliet, "m"));
            assertThat(romeo.receive().toString()).contains("remote-server-not-found", "only private addresses");
            romeo.send(
                    "<message id='l' to='x@[::1]'><body>x</body></message><message id='l' to='x@127.0.0.1'><body>x</body></message>");
            for (int i = 0; i < 2; i++)
                assertThat(romeo.receive().toString()).contains("remote-server-not-found", "only private addresses");
        }
    }
}
