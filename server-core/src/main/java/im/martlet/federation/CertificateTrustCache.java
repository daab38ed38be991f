package im.martlet.federation;

import im.martlet.digest.Sha;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Decides whether a certificate is trusted for a domain, and by which proof: an authority certified it, or the domain
 * itself vouches for it. Any remote server can cause lookups, so their number is bounded and their results are
 * remembered for two minutes. Any thread that may block.
 */
final class CertificateTrustCache {
    private static final int MOST_AT_ONCE = 16;
    private static final int MOST_REMEMBERED = 2000;
    private static final long MEMORY = 120_000_000_000L; // nanoseconds
    private static final String AUTHORITY = "certificate";

    private record Claim(String domain, String fingerprint) {}

    /**
     * @param proof name of the proof; empty for none
     * @param since time of the lookup, as {@link System#nanoTime}
     */
    private record Result(String proof, long since) {}

    private final CertificateTrust trust;
    private final Supplier<List<CertificateProof>> proofs;
    private final Semaphore places = new Semaphore(MOST_AT_ONCE);
    private final ConcurrentHashMap<Claim, Result> results = new ConcurrentHashMap<>();

    /** @param proofs proofs that the settings allow now, in order */
    CertificateTrustCache(CertificateTrust trust, Supplier<List<CertificateProof>> proofs) {
        this.trust = trust;
        this.proofs = proofs;
    }

    /** Returns the reason if a chain is not trusted for a domain. */
    Optional<String> refusal(List<X509Certificate> chain, String domain) {
        var refusal = trust.refusal(chain, domain);
        return refusal.isEmpty() || proof(chain, domain).isEmpty() ? refusal : Optional.empty();
    }

    /** Returns the proof of a trusted chain: "certificate" for an authority, or the name of a proof. */
    Optional<String> reason(List<X509Certificate> chain, String domain) {
        return trust.refusal(chain, domain).isEmpty() ? Optional.of(AUTHORITY) : proof(chain, domain);
    }

    private Optional<String> proof(List<X509Certificate> chain, String domain) {
        var ways = proofs.get();
        if (chain.isEmpty() || domain.isEmpty() || ways.isEmpty()) return Optional.empty();
        var claim = new Claim(domain, fingerprint(chain.getFirst()));
        var result = results.get(claim);
        if (result == null || System.nanoTime() - result.since > MEMORY) {
            if (!places.tryAcquire()) return Optional.empty();
            try {
                result = new Result(ways.stream().filter(way -> way.vouches(chain, domain)).map(CertificateProof::name)
                        .findFirst().orElse(""), System.nanoTime());
            } finally {
                places.release();
            }
            if (results.size() >= MOST_REMEMBERED) results.clear();
            results.put(claim, result);
        }
        return Optional.of(result.proof).filter(proof -> !proof.isEmpty());
    }

    private static String fingerprint(X509Certificate certificate) {
        try {
            return Sha.SHA_256.hex(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }
}
