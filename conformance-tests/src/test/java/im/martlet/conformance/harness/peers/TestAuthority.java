package im.martlet.conformance.harness.peers;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;

/** A certificate authority for tests, which issues any certificate. */
public final class TestAuthority {
    /** A certificate and its key, as files. */
    public record Issued(Path certificate, Path key) {}

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final KeyPair keys = keys();
    private final X500Principal name = new X500Principal("CN=Authority of tests " + NUMBER.incrementAndGet());
    private final Path folder;
    private final Path file;

    public TestAuthority() {
        try {
            folder = Files.createTempDirectory("authority");
            file = folder.resolve("ca.pem");
            var builder = new JcaX509v3CertificateBuilder(name, serial(), from(-1), from(30), name, keys.getPublic())
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(1));
            write(file, sign(builder));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the file of the authority's certificate. */
    public Path file() { return file; }

    public static GeneralName dns(String name) { return new GeneralName(GeneralName.dNSName, name); }

    public static GeneralName xmppAddr(String address) {
        return other("1.3.6.1.5.5.7.8.5", new DERUTF8String(address));
    }

    public static GeneralName srv(String name) { return other("1.3.6.1.5.5.7.8.7", new DERIA5String(name)); }

    private static GeneralName other(String oid, ASN1Encodable value) {
        return new GeneralName(GeneralName.otherName, new DERSequence(
                new ASN1Encodable[]{ new ASN1ObjectIdentifier(oid), new DERTaggedObject(true, 0, value) }));
    }

    /** Issues a certificate for servers only, as public authorities do. */
    public Issued certify(String... domains) {
        return certify("CN=nobody", -1, 30, List.of(KeyPurposeId.id_kp_serverAuth),
                Stream.of(domains).map(TestAuthority::dns).toArray(GeneralName[]::new));
    }

    public Issued certify(String subject, int fromDay, int toDay, List<KeyPurposeId> purposes, GeneralName... names) {
        try {
            var own = keys();
            var builder = new JcaX509v3CertificateBuilder(name, serial(), from(fromDay), from(toDay),
                    new X500Principal(subject), own.getPublic());
            if (names.length > 0)
                builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
            if (!purposes.isEmpty()) builder.addExtension(Extension.extendedKeyUsage, false,
                    new ExtendedKeyUsage(purposes.toArray(KeyPurposeId[]::new)));
            var files = new Issued(folder.resolve(NUMBER.incrementAndGet() + ".crt"),
                    folder.resolve(NUMBER.get() + ".key"));
            write(files.certificate, sign(builder));
            write(files.key, new PemObject("PRIVATE KEY", own.getPrivate().getEncoded()));
            return files;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    public X509Certificate certificate() {
        try (var in = Files.newInputStream(file)) {
            return (X509Certificate) java.security.cert.CertificateFactory.getInstance("X.509").generateCertificate(in);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns a certificate of this authority as a chain that ends with the authority's own certificate. */
    public Issued withAuthority(Issued issued) {
        try {
            var chain = Files.writeString(folder.resolve(NUMBER.incrementAndGet() + ".chain"),
                    Files.readString(issued.certificate) + Files.readString(file));
            return new Issued(chain, issued.key);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private X509Certificate sign(org.bouncycastle.cert.X509v3CertificateBuilder builder) throws Exception {
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
    }

    private static KeyPair keys() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static BigInteger serial() { return new BigInteger(120, new SecureRandom()); }

    private static Date from(int days) { return Date.from(Instant.now().plus(Duration.ofDays(days))); }

    private static void write(Path file, Object object) throws IOException {
        try (var writer = new JcaPEMWriter(Files.newBufferedWriter(file))) {
            writer.writeObject(object);
        }
    }
}
