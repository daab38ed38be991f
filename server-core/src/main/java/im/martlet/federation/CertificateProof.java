package im.martlet.federation;

import java.security.cert.X509Certificate;
import java.util.List;

/** A way in which a domain itself says that a certificate is its server's. Any thread; blocks, for seconds at most. */
interface CertificateProof {
    /** What it is called in "s2s list". */
    String name();

    /** @param chain as it was shown, its own certificate first; not empty */
    boolean vouches(List<X509Certificate> chain, String domain);
}
