package im.martlet.federation;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * For whom a certificate is believed to speak, and why: because of an authority, or because the domain itself vouches
 * for it. Who connects can make us look that up, so few are looked up at once, and what was found out is remembered for
 * a while. Any thread that may block.
 */
final class CertificateTrustCache {
    private static final int MOST_AT_ONCE = 16;
    private static final int MOST_REMEMBERED = 2000;
    private static final long MEMORY = 120_000_000_000L;
    private static final String AUTHORITY = "certificate";

    private record Question(String domain, String fingerprint) {}

    /** @param by the name of a proof; empty for none */
    private record Answer(String by, long since) {}

    private final CertificateTrust trust;
    private final Supplier<List<CertificateProof>> proofs;
    private final Semaphore places = new Semaphore(MOST_AT_ONCE);
    private final ConcurrentHashMap<Question, Answer> known = new ConcurrentHashMap<>();

    /** @param proofs the ways that count at the moment, in order */
    CertificateTrustCache(CertificateTrust trust, Supplier<List<CertificateProof>> proofs) {
        this.trust = trust;
        this.proofs = proofs;
    }

    /** Why a chain is not believed for a domain; empty when it is. */
    Optional<String> refusal(List<X509Certificate> chain, String domain) {
        var refusal = trust.refusal(chain, domain);
        return refusal.isEmpty() || by(chain, domain).isEmpty() ? refusal : Optional.empty();
    }

    /** For what it is believed: "certificate", or the name of a proof; empty when it is not. */
    Optional<String> reason(List<X509Certificate> chain, String domain) {
        return trust.refusal(chain, domain).isEmpty() ? Optional.of(AUTHORITY) : by(chain, domain);
    }

    private Optional<String> by(List<X509Certificate> chain, String domain) {
        var ways = proofs.get();
        if (chain.isEmpty() || domain.isEmpty() || ways.isEmpty()) return Optional.empty();
        var question = new Question(domain, fingerprint(chain.getFirst()));
        var answer = known.get(question);
        if (answer == null || System.nanoTime() - answer.since > MEMORY) {
            if (!places.tryAcquire()) return Optional.empty();
            try {
                answer = new Answer(ways.stream().filter(way -> way.vouches(chain, domain)).map(CertificateProof::name)
                        .findFirst().orElse(""), System.nanoTime());
            } finally {
                places.release();
            }
            if (known.size() >= MOST_REMEMBERED) known.clear();
            known.put(question, answer);
        }
        return Optional.of(answer.by).filter(by -> !by.isEmpty());
    }

    private static String fingerprint(X509Certificate certificate) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
