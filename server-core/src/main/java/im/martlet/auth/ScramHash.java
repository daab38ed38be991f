package im.martlet.auth;

import im.martlet.digest.Sha;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The hash functions of SCRAM, and the arithmetic with them (RFC 5802 §3). */
enum ScramHash {
    SHA_1(Sha.SHA_1, "HmacSHA1", 20), SHA_256(Sha.SHA_256, "HmacSHA256", 32), SHA_512(Sha.SHA_512, "HmacSHA512", 64);

    private final Sha sha;
    private final String mac;
    private final int bytes;

    ScramHash(Sha sha, String mac, int bytes) {
        this.sha = sha;
        this.mac = mac;
        this.bytes = bytes;
    }

    /** Returns the name of the mechanism without channel binding. Verifiers are stored under this name. */
    String mechanism() {
        return "SCRAM-" + sha.algorithm();
    }

    int bytes() { return bytes; }

    byte[] digest(byte[] data) { return sha.digest(data); }

    byte[] hmac(byte[] key, byte[] data) {
        try {
            var hmac = Mac.getInstance(mac);
            hmac.init(new SecretKeySpec(key, mac));
            return hmac.doFinal(data);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    byte[] hmac(byte[] key, String data) { return hmac(key, data.getBytes(StandardCharsets.UTF_8)); }

    /** Computes PBKDF2 with this hash, one block ("Hi" in RFC 5802). */
    byte[] salted(byte[] password, byte[] salt, int iterations) {
        try {
            var hmac = Mac.getInstance(mac);
            hmac.init(new SecretKeySpec(password, mac));
            hmac.update(salt);
            byte[] u = hmac.doFinal(new byte[]{ 0, 0, 0, 1 });
            byte[] all = u.clone();
            for (int i = 1; i < iterations; i++) {
                u = hmac.doFinal(u);
                for (int j = 0; j < all.length; j++) all[j] ^= u[j];
            }
            return all;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    byte[] storedKey(byte[] salted) { return digest(hmac(salted, "Client Key")); }

    byte[] serverKey(byte[] salted) { return hmac(salted, "Server Key"); }
}
