package im.martlet.federation;

import im.martlet.dns.DnssecRecords;
import im.martlet.dns.TlsaRecord;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;

/** RFC 7673: the certificate, or the authority that it is by, is in DNS, signed. */
final class DaneProof implements CertificateProof {
    private final DnssecRecords records;

    DaneProof(DnssecRecords records) { this.records = records; }

    @Override public String name() { return "dane"; }

    @Override public boolean vouches(List<X509Certificate> chain, String domain) {
        return records.of(domain).stream().anyMatch(association -> switch (association.usage()) {
            case TlsaRecord.OWN -> association.matches(chain.getFirst()); // RFC 7671 §5.1: names and dates do not matter
            case TlsaRecord.AUTHORITY -> chain.stream().filter(association::matches)
                    .anyMatch(authority -> isBy(authority, chain, domain, association.target()));
            default -> false; // RFC 7671 §5.3, §5.4: would only narrow down what an authority that is believed may certify
        });
    }

    /** RFC 7673 §4.2: for the domain, or for the host that DNS says its server is. */
    private static boolean isBy(X509Certificate authority, List<X509Certificate> chain, String domain, String target) {
        var trust = CertificateTrust.of(Set.of(authority));
        return trust.refusal(chain, domain).isEmpty() || trust.refusal(chain, target).isEmpty();
    }
}
