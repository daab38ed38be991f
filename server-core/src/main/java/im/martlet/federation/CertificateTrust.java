package im.martlet.federation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Decides whether a certificate is trusted for a domain, by the authorities. Its extended key usage must contain
 * serverAuth, clientAuth or anyExtendedKeyUsage, or be absent: public authorities certify only serverAuth, also for
 * servers that connect to others. Any thread; takes milliseconds.
 */
public final class CertificateTrust {
    // RFC 5280 §4.2.1.12
    private static final Set<String> PURPOSES = Set.of("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2", "2.5.29.37.0");
    private static final int LONGEST_PATH = 5;

    private final Set<TrustAnchor> anchors;

    private CertificateTrust(Set<TrustAnchor> anchors) { this.anchors = Set.copyOf(anchors); }

    /** Trusts the authorities in a PEM file; without a file, those of the JDK. */
    public static CertificateTrust of(Optional<Path> file) throws IOException {
        try {
            return new CertificateTrust(file.isPresent() ? inFile(file.get()) : ofJdk());
        } catch (GeneralSecurityException | IOException e) {
            throw new IOException("the trusted authorities in " + file.map(Path::toString).orElse("the JDK")
                    + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Trusts these authorities and no others. */
    static CertificateTrust of(Set<X509Certificate> authorities) {
        return new CertificateTrust(
                authorities.stream().map(c -> new TrustAnchor(c, null)).collect(java.util.stream.Collectors.toSet()));
    }

    /** Returns a context for TLS with web servers that one of the authorities has certified. */
    SSLContext forWeb() {
        try {
            var managers = TrustManagerFactory.getInstance("PKIX");
            var parameters = new PKIXBuilderParameters(anchors, new X509CertSelector());
            parameters.setRevocationEnabled(false);
            managers.init(new CertPathTrustManagerParameters(parameters));
            var context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no TLS", e);
        }
    }

    private static Set<TrustAnchor> inFile(Path file) throws GeneralSecurityException, IOException {
        var anchors = new HashSet<TrustAnchor>();
        try (var in = Files.newInputStream(file)) {
            for (var c : CertificateFactory.getInstance("X.509").generateCertificates(in))
                anchors.add(new TrustAnchor((X509Certificate) c, null));
        }
        if (anchors.isEmpty()) throw new IOException("the file contains no certificate");
        return anchors;
    }

    private static Set<TrustAnchor> ofJdk() throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance(
                Path.of(System.getProperty("java.home"), "lib", "security", "cacerts").toFile(), (char[]) null);
        var anchors = new HashSet<TrustAnchor>();
        for (var aliases = store.aliases().asIterator(); aliases.hasNext();)
            if (store.getCertificate(aliases.next()) instanceof X509Certificate c)
                anchors.add(new TrustAnchor(c, null));
        return anchors;
    }

    /**
     * Returns the reason if a certificate is not trusted for a domain.
     *
     * @param chain certificates in the order they were shown, the server's first; may be empty
     */
    public Optional<String> refusal(List<X509Certificate> chain, String domain) {
        if (chain.isEmpty()) return Optional.of("no certificate was shown");
        var own = chain.getFirst();
        if (!CertificateNames.name(own, domain)) return Optional.of("the certificate is not for " + domain);
        try {
            own.checkValidity();
            var purposes = own.getExtendedKeyUsage();
            if (purposes != null && purposes.stream().noneMatch(PURPOSES::contains))
                return Optional.of("the certificate is not for servers, by its extended key usage");
            buildPath(chain);
            return Optional.empty();
        } catch (CertificateParsingException e) {
            return Optional.of("the certificate cannot be read: " + e.getMessage());
        } catch (java.security.cert.CertificateExpiredException e) {
            return Optional.of("the certificate expired on " + own.getNotAfter().toInstant());
        } catch (java.security.cert.CertificateNotYetValidException e) {
            return Optional.of("the certificate is valid from " + own.getNotBefore().toInstant());
        } catch (CertPathBuilderException e) {
            return Optional.of(own.getSubjectX500Principal().equals(own.getIssuerX500Principal())
                    ? "the certificate is self-signed"
                    : "the certificate is not from a trusted authority: " + e.getMessage());
        } catch (GeneralSecurityException e) {
            return Optional.of("the certificate cannot be checked: " + e.getMessage());
        }
    }

    private void buildPath(List<X509Certificate> chain) throws GeneralSecurityException {
        var target = new X509CertSelector();
        target.setCertificate(chain.getFirst());
        var parameters = new PKIXBuilderParameters(anchors, target);
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(chain)));
        parameters.setRevocationEnabled(false);
        parameters.setMaxPathLength(LONGEST_PATH);
        CertPathBuilder.getInstance("PKIX").build(parameters);
    }
}
