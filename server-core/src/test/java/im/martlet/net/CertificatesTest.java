package im.martlet.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.martlet.net.PemFiles.BadCertificateException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Security;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcePEMEncryptorBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests certificates and keys in all forms that admins have, and the messages about wrong ones. */
class CertificatesTest {
    @TempDir Path folder;

    private static KeyPair keys(String algorithm) throws Exception {
        var generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(algorithm.equals("RSA") ? 2048 : 256);
        return generator.generateKeyPair();
    }

    private static X509Certificate certificate(String host, KeyPair keys, Duration validFor) throws Exception {
        var name = new X500Principal("CN=" + host);
        var from = Instant.now().minus(Duration.ofDays(10));
        var builder = new JcaX509v3CertificateBuilder(name, BigInteger.ONE, Date.from(from),
                Date.from(Instant.now().plus(validFor)), name, keys.getPublic());
        var signer = new JcaContentSignerBuilder(
                keys.getPrivate().getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA");
        return new JcaX509CertificateConverter().getCertificate(builder.build(signer.build(keys.getPrivate())));
    }

    /** "PKCS1" means the form of the algorithm: PKCS#1 for RSA, SEC 1 for EC. */
    private static String pem(Object content, String form) throws Exception {
        var text = new StringWriter();
        try (var writer = new JcaPEMWriter(text)) {
            if (form.equals("PKCS8"))
                writer.writeObject(new PemObject("PRIVATE KEY", ((KeyPair) content).getPrivate().getEncoded()));
            else if (form.equals("encrypted")) writer.writeObject(content, new JcePEMEncryptorBuilder("AES-128-CBC")
                    .setProvider(new BouncyCastleProvider()).build("secret".toCharArray()));
            else if (content instanceof KeyPair keys && keys.getPrivate() instanceof ECPrivateKey ec)
                writer.writeObject(new PemObject("EC PRIVATE KEY",
                        new org.bouncycastle.asn1.sec.ECPrivateKey(256, ec.getS(), SECObjectIdentifiers.secp256r1)
                                .getEncoded()));
            else writer.writeObject(content);
        }
        return text.toString();
    }

    private Path file(String name, String content) throws Exception {
        return Files.writeString(folder.resolve(name), content);
    }

    @ParameterizedTest
    @CsvSource({ "RSA, PKCS1", "RSA, PKCS8", "EC, PKCS1", "EC, PKCS8" }) void serverUsesCertificatesAndKeysInEveryForm(
            String algorithm, String form) throws Exception {
        var keys = keys(algorithm);
        var other = certificate("ca.example", keys("EC"), Duration.ofDays(9));
        var own = certificate("own.example", keys, Duration.ofDays(9));
        var chain = file("chain.pem", "some text before\n" + pem(other, "") + pem(own, ""));
        var read = PemFiles.read(chain, file("key.pem", pem(keys, form)));
        // the server's own certificate comes first, wherever it was in the file
        assertThat(read.chain()).containsExactly(own, other);
        try (var server = new TestServer()) {
            server.certificates.use(Map.of("a.example", read));
            try (var client = TestClient.connect(server.direct()).secure()) {
                assertThat(client.tls().getSession().getPeerPrincipal().getName()).isEqualTo("CN=own.example");
            }
        }
    }

    @Test void chainAndKeyMayBeInOneFile() throws Exception {
        var keys = keys("EC");
        var both = file("both.pem", pem(keys, "PKCS8") + pem(certificate("a.example", keys, Duration.ofDays(9)), ""));
        assertThat(PemFiles.read(both, both).chain()).hasSize(1);
    }

    /** A plug-in may have registered Bouncy Castle. JSSE does not accept its name for the keys. */
    @Test void keysWorkForTlsWithBouncyCastleRegistered() throws Exception {
        var keys = keys("EC");
        var both = file("both.pem", pem(keys, "PKCS8") + pem(certificate("a.example", keys, Duration.ofDays(9)), ""));
        boolean added = Security.addProvider(new BouncyCastleProvider()) > 0;
        try {
            assertThat(PemFiles.read(both, both).key().getAlgorithm()).isEqualTo("EC");
        } finally {
            if (added) Security.removeProvider(BouncyCastleProvider.PROVIDER_NAME);
        }
    }

    @Test void messageNamesTheFileAndItsFault() throws Exception {
        var keys = keys("EC");
        var good = file("good.pem", pem(certificate("a.example", keys, Duration.ofDays(9)), ""));
        var key = file("key.pem", pem(keys, "PKCS8"));
        var expired = file("expired.pem", pem(certificate("a.example", keys, Duration.ofDays(-1)), ""));
        complains(folder.resolve("none.pem"), key, "none.pem: there is no such file");
        complains(good, file("other.pem", pem(keys("EC"), "PKCS8")),
                "other.pem: the key does not match the certificate in " + good);
        complains(expired, key, "expired.pem: the certificate expired on 20");
        complains(key, key, "key.pem: the file holds no certificate");
        complains(good, good, "good.pem: the file holds no private key");
        complains(good, file("locked.pem", pem(keys, "encrypted")),
                "locked.pem: the file holds no private key, or the key has a passphrase");
        complains(file("broken.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), key,
                "broken.pem: the file is not readable PEM");
    }

    private static void complains(Path chain, Path key, String how) {
        assertThatThrownBy(() -> PemFiles.read(chain, key)).isInstanceOf(BadCertificateException.class)
                .hasMessageContaining(how);
    }

    @Test void onlyTheOwnerCanReadACreatedKey() throws Exception {
        PemFiles.writeSelfSigned("münchen.example", folder.resolve("c.pem"), folder.resolve("k.pem"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("k.pem"))))
                .isEqualTo("rw-------");
        assertThat(PemFiles.read(folder.resolve("c.pem"), folder.resolve("k.pem")).chain().getFirst()
                .getSubjectAlternativeNames().toString())
                .contains("xn--mnchen-3ya.example");
    }

    @Test void newCertificatesApplyToNewConnectionsOnly() throws Exception {
        try (var server = new TestServer()) {
            var address = server.direct();
            try (var before = TestClient.connect(address).secure()) {
                var peer = server.accepted();
                server.certificates.use(Map.of("a.example", TestServer.selfSigned("renewed.example")));
                try (var after = TestClient.connect(address).secure()) {
                    assertThat(after.tls().getSession().getPeerPrincipal().getName()).isEqualTo("CN=renewed.example");
                }
                before.write("still here");
                peer.awaitText("still here");
                assertThat(before.tls().getSession().getPeerPrincipal().getName()).isEqualTo("CN=a.example");
            }
        }
    }
}
