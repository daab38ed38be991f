package im.martlet.net;

import java.io.IOException;
import java.math.BigInteger;
import java.net.IDN;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;

/** Reads and writes certificates and keys as PEM files: in any order, in one file or two, PKCS#1, SEC 1 or PKCS#8. */
public final class PemFiles {
    private static final Duration SELF_SIGNED_VALIDITY = Duration.ofDays(3650);

    private PemFiles() {}

    /** Reports a certificate that cannot be used. The message names the file and the fault. */
    public static final class BadCertificateException extends Exception {
        BadCertificateException(String message) { super(message); }
    }

    /**
     * Reads a certificate with its chain and key.
     *
     * @throws BadCertificateException if a file is not readable, the key does not match, or the certificate has expired
     */
    public static HostCertificate read(Path chain, Path key) throws BadCertificateException {
        var certificates = new ArrayList<X509Certificate>();
        for (Object o : objects(chain))
            if (o instanceof X509CertificateHolder holder) certificates.add(certificate(holder, chain));
        if (certificates.isEmpty()) throw new BadCertificateException(chain + ": the file holds no certificate");
        var privateKey = objects(key).stream().flatMap(o -> privateKey(o, key).stream()).findFirst()
                .orElseThrow(() -> new BadCertificateException(
                        key + ": the file holds no private key, or the key has a passphrase"));
        var own = certificates.stream().filter(c -> belongs(c, privateKey)).findFirst()
                .orElseThrow(() -> new BadCertificateException(
                        key + ": the key does not match the certificate in " + chain));
        if (own.getNotAfter().toInstant().isBefore(Instant.now()))
            throw new BadCertificateException(chain + ": the certificate expired on " + own.getNotAfter().toInstant());
        certificates.remove(own);
        certificates.addFirst(own);
        return new HostCertificate(List.copyOf(certificates), privateKey);
    }

    private static List<Object> objects(Path file) throws BadCertificateException {
        var objects = new ArrayList<>();
        try (var parser = new PEMParser(Files.newBufferedReader(file))) {
            for (Object o = parser.readObject(); o != null; o = parser.readObject()) objects.add(o);
            return objects;
        } catch (NoSuchFileException e) {
            throw new BadCertificateException(file + ": there is no such file");
        } catch (IOException | RuntimeException e) {
            throw new BadCertificateException(file + ": the file is not readable PEM: " + e.getMessage());
        }
    }

    private static X509Certificate certificate(X509CertificateHolder holder, Path file) throws BadCertificateException {
        try {
            return new JcaX509CertificateConverter().getCertificate(holder);
        } catch (GeneralSecurityException e) {
            throw new BadCertificateException(file + ": the certificate is broken: " + e.getMessage());
        }
    }

    private static Optional<PrivateKey> privateKey(Object pem, Path file) {
        // JSSE does not accept Bouncy Castle's name "ECDSA"
        var converter = new JcaPEMKeyConverter().setAlgorithmMapping(X9ObjectIdentifiers.id_ecPublicKey, "EC");
        try {
            return switch (pem) {
                case PEMKeyPair pair -> Optional.of(converter.getPrivateKey(pair.getPrivateKeyInfo()));
                case PrivateKeyInfo info -> Optional.of(converter.getPrivateKey(info));
                default -> Optional.empty();
            };
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Returns whether the certificate verifies a signature of the key. */
    private static boolean belongs(X509Certificate certificate, PrivateKey key) {
        try {
            var proof = new byte[32];
            String algorithm = switch (key.getAlgorithm()) {
                case "RSA" -> "SHA256withRSA";
                case "EC" -> "SHA256withECDSA";
                default -> key.getAlgorithm();
            };
            var signer = Signature.getInstance(algorithm);
            signer.initSign(key);
            signer.update(proof);
            var verifier = Signature.getInstance(algorithm); // may come from another provider
            verifier.initVerify(certificate.getPublicKey());
            verifier.update(proof);
            return verifier.verify(signer.sign());
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /**
     * Creates and writes a self-signed certificate (ECDSA, P-256) for a host that has none. Only the owner of the file
     * may read the key.
     */
    public static void writeSelfSigned(String host, Path chain, Path key) throws IOException {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            var pair = generator.generateKeyPair();
            Files.createDirectories(chain.toAbsolutePath().getParent());
            writePem(key, new PemObject("PRIVATE KEY", pair.getPrivate().getEncoded()), "rw-------");
            writePem(chain, selfSigned(host, pair), "rw-r--r--");
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IOException("cannot create a certificate for " + host, e);
        }
    }

    private static X509Certificate selfSigned(String host, KeyPair pair)
            throws GeneralSecurityException, OperatorCreationException, IOException {
        var name = new X500Principal("CN=" + host.replaceAll("[^A-Za-z0-9.-]", "?"));
        var now = Instant.now();
        String ascii = IDN.toASCII(host);
        var builder = new JcaX509v3CertificateBuilder(name, new BigInteger(120, new SecureRandom()),
                Date.from(now.minusSeconds(3600)),
                Date.from(now.plus(SELF_SIGNED_VALIDITY)), name, pair.getPublic())
                .addExtension(Extension.subjectAlternativeName, false,
                        new GeneralNames(new GeneralName(GeneralName.dNSName, ascii)));
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
    }

    private static void writePem(Path file, Object content, String permissions) throws IOException {
        Files.deleteIfExists(file);
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix"))
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)));
        try (var writer = new JcaPEMWriter(Files.newBufferedWriter(file))) {
            writer.writeObject(content);
        }
    }
}
