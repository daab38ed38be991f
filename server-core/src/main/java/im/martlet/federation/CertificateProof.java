package im.martlet.federation;

import java.security.cert.X509Certificate;
import java.util.List;

/** A way in which a domain itself vouches for a certificate. Any thread that may block, for seconds at most. */
interface CertificateProof {
    /** Returns the name for "s2s list". */
    String name();

    /**
     * Returns whether the domain vouches for a certificate.
     *
     * @param chain certificates in the order they were shown, the server's first; not empty
     */
    boolean vouches(List<X509Certificate> chain, String domain);
}
