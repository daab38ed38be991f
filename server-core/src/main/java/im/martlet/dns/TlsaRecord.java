package im.martlet.dns;

import im.martlet.digest.Sha;
import java.security.MessageDigest;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;

/**
 * A TLSA record: a statement about the certificate of a server (RFC 6698 §2.1).
 *
 * @param usage 3 for the server's own certificate, 2 for that of an authority; 0 and 1 only restrict trusted
 * authorities
 * @param selector 0 for the whole certificate, 1 for its key
 * @param matching 0 for the selected bytes, 1 for their SHA-256, 2 for their SHA-512
 * @param data bytes to compare with
 * @param target host that the record belongs to
 */
public record TlsaRecord(int usage, int selector, int matching, byte[] data, String target) {
    public static final int AUTHORITY = 2;
    public static final int OWN = 3;

    /** Returns whether the record matches a certificate; false if its selector or matching type is unknown. */
    public boolean matches(X509Certificate certificate) {
        try {
            byte[] selected = switch (selector) {
                case 0 -> certificate.getEncoded();
                case 1 -> certificate.getPublicKey().getEncoded();
                default -> new byte[0];
            };
            if (selected.length == 0) return false;
            return switch (matching) {
                case 0 -> MessageDigest.isEqual(selected, data);
                case 1 -> MessageDigest.isEqual(Sha.SHA_256.digest(selected), data);
                case 2 -> MessageDigest.isEqual(Sha.SHA_512.digest(selected), data);
                default -> false;
            };
        } catch (CertificateEncodingException e) {
            return false;
        }
    }
}
