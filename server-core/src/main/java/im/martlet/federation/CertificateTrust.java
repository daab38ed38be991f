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
 * Whether a certificate is to be believed for a domain. What it may be used for has to be serverAuth, clientAuth,
 * anything, or not said: public authorities certify servers as servers only, also those that connect to others. Any
 * thread; takes milliseconds.
 */
public final class CertificateTrust {
    private static final Set<String> PURPOSES = Set.of("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2", "2.5.29.37.0"); // RFC 5280 §4.2.1.12
    private static final int LONGEST_PATH = 5;

    private final Set<TrustAnchor> anchors;

    private CertificateTrust(Set<TrustAnchor> anchors) { this.anchors = Set.copyOf(anchors); }

    /** The authorities in a PEM file, or, without one, the JDK's. */
    public static CertificateTrust of(Optional<Path> file) throws IOException {
        try {
            return new CertificateTrust(file.isPresent() ? inFile(file.get()) : ofJdk());
        } catch (GeneralSecurityException | IOException e) {
            throw new IOException("the authorities in " + file.map(Path::toString).orElse("the JDK")
                    + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Some authorities and no others. */
    static CertificateTrust of(Set<X509Certificate> authorities) {
        return new CertificateTrust(
                authorities.stream().map(c -> new TrustAnchor(c, null)).collect(java.util.stream.Collectors.toSet()));
    }

    /** For connecting to web servers that one of the authorities has certified. */
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
            throw new IllegalStateException("this JDK cannot speak TLS", e);
        }
    }

    private static Set<TrustAnchor> inFile(Path file) throws GeneralSecurityException, IOException {
        var anchors = new HashSet<TrustAnchor>();
        try (var in = Files.newInputStream(file)) {
            for (var c : CertificateFactory.getInstance("X.509").generateCertificates(in))
                anchors.add(new TrustAnchor((X509Certificate) c, null));
        }
        if (anchors.isEmpty()) throw new IOException("there is no certificate in it");
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
     * Why a certificate is not to be believed for a domain; empty when it is.
     *
     * @param chain as it was shown, its own first; may be empty
     */
    public Optional<String> refusal(List<X509Certificate> chain, String domain) {
        if (chain.isEmpty()) return Optional.of("no certificate was shown");
        var own = chain.getFirst();
        if (!CertificateNames.name(own, domain)) return Optional.of("the certificate is not for " + domain);
        try {
            own.checkValidity();
            var purposes = own.getExtendedKeyUsage();
            if (purposes != null && purposes.stream().noneMatch(PURPOSES::contains))
                return Optional.of("the certificate is not for servers");
            buildPath(chain);
            return Optional.empty();
        } catch (CertificateParsingException e) {
            return Optional.of("the certificate cannot be read: " + e.getMessage());
        } catch (java.security.cert.CertificateExpiredException e) {
            return Optional.of("the certificate expired on " + own.getNotAfter().toInstant());
        } catch (java.security.cert.CertificateNotYetValidException e) {
            return Optional.of("the certificate is valid from " + own.getNotBefore().toInstant() + " on");
        } catch (CertPathBuilderException e) {
            return Optional.of(own.getSubjectX500Principal().equals(own.getIssuerX500Principal())
                    ? "the certificate is self-signed"
                    : "the certificate is not by an authority that is believed: " + e.getMessage());
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
