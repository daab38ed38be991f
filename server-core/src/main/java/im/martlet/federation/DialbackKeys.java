package im.martlet.federation;

import im.martlet.digest.Sha;
import im.martlet.spec.Xep;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes and checks the keys of dialback (XEP-0185). A key is made from a secret, so no key has to be remembered. Any
 * thread.
 */
@Xep(number = 185, title = "Dialback Key Generation and Validation", version = "1.0")
final class DialbackKeys {
    private final byte[] secret;

    /** Uses a new secret of 256 random bits, for this run of the server. */
    DialbackKeys() { this(random()); }

    DialbackKeys(byte[] secret) {
        this.secret = Sha.SHA_256.hex(secret).getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] random() {
        var bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }

    /** Returns the key (§2). Spaces separate its parts clearly, because no domain contains one. */
    String key(String receiving, String originating, String streamId) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return HexFormat.of().formatHex(
                    mac.doFinal((receiving + " " + originating + " " + streamId).getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    boolean isRight(String key, String receiving, String originating, String streamId) {
        return MessageDigest.isEqual(key.getBytes(StandardCharsets.UTF_8),
                key(receiving, originating, streamId).getBytes(StandardCharsets.UTF_8));
    }
}
