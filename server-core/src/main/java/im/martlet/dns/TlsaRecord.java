package im.martlet.dns;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;

/**
 * What a TLSA record says that a server's certificate is (RFC 6698 §2.1).
 *
 * @param usage 3 for the server's own certificate, 2 for an authority's, less for what only narrows down whom
 * authorities may certify
 * @param selector 0 for the whole certificate, 1 for its key
 * @param matching 0 for the thing itself, 1 for its SHA-256, 2 for its SHA-512
 * @param target host that the record is of
 */
public record TlsaRecord(int usage, int selector, int matching, byte[] data, String target) {
    public static final int AUTHORITY = 2;
    public static final int OWN = 3;

    /** Whether it is this certificate; never, when it says so in a way that is not known. */
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
                case 1 -> MessageDigest.isEqual(MessageDigest.getInstance("SHA-256").digest(selected), data);
                case 2 -> MessageDigest.isEqual(MessageDigest.getInstance("SHA-512").digest(selected), data);
                default -> false;
            };
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
