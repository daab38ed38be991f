package im.martlet.federation;

import im.martlet.dns.DnssecRecords;
import im.martlet.dns.TlsaRecord;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;

/** Proves a certificate by DNS (RFC 7673): a signed record holds the certificate or its authority. */
final class DaneProof implements CertificateProof {
    private final DnssecRecords records;

    DaneProof(DnssecRecords records) { this.records = records; }

    @Override public String name() { return "dane"; }

    @Override public boolean vouches(List<X509Certificate> chain, String domain) {
        return records.of(domain).stream().anyMatch(tlsa -> switch (tlsa.usage()) {
            case TlsaRecord.OWN -> tlsa.matches(chain.getFirst()); // RFC 7671 §5.1: names and dates do not matter
            case TlsaRecord.AUTHORITY -> chain.stream().filter(tlsa::matches)
                    .anyMatch(authority -> isBy(authority, chain, domain, tlsa.target()));
            default -> false; // RFC 7671 §5.3, §5.4: these only restrict trusted authorities
        });
    }

    /** Returns whether an authority certified the chain for the domain, or for its host in DNS (RFC 7673 §4.2). */
    private static boolean isBy(X509Certificate authority, List<X509Certificate> chain, String domain, String target) {
        var trust = CertificateTrust.of(Set.of(authority));
        return trust.refusal(chain, domain).isEmpty() || trust.refusal(chain, target).isEmpty();
    }
}
