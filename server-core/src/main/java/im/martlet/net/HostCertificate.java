package im.martlet.net;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * A certificate with its chain and its key.
 *
 * @param chain the certificate itself, then the authorities
 */
public record HostCertificate(List<X509Certificate> chain, PrivateKey key) {
    public X509Certificate certificate() { return chain.getFirst(); }

    public Instant expires() { return certificate().getNotAfter().toInstant(); }

    /** Returns a text without the key. */
    @Override public String toString() {
        return "certificate of " + certificate().getSubjectX500Principal();
    }
}
