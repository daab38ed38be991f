package im.martlet.auth;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The client side of SCRAM. It shares no code with the server, so that the same mistake on both sides cannot stay
 * hidden.
 */
record ScramClient(String hash, String user, String password, String nonce, String header, byte[] binding) {
    String first() { return header + "n=" + user + ",r=" + nonce; }

    String last(String challenge) throws Exception {
        var parts = challenge.split(",");
        byte[] bound = (header.getBytes(StandardCharsets.UTF_8));
        byte[] c = new byte[bound.length + binding.length];
        System.arraycopy(bound, 0, c, 0, bound.length);
        System.arraycopy(binding, 0, c, bound.length, binding.length);
        var withoutProof = "c=" + Base64.getEncoder().encodeToString(c) + "," + parts[0];
        byte[] salted = salted(parts);
        byte[] clientKey = hmac(salted, "Client Key");
        byte[] stored = java.security.MessageDigest.getInstance(hash.replace("SHA", "SHA-")).digest(clientKey);
        byte[] signature = hmac(stored, "n=" + user + ",r=" + nonce + "," + challenge + "," + withoutProof);
        for (int i = 0; i < clientKey.length; i++) clientKey[i] ^= signature[i];
        return withoutProof + ",p=" + Base64.getEncoder().encodeToString(clientKey);
    }

    private byte[] salted(String[] parts) throws Exception {
        var spec = new PBEKeySpec(password.toCharArray(), Base64.getDecoder().decode(parts[1].substring(2)),
                Integer.parseInt(parts[2].substring(2)),
                8 * java.security.MessageDigest.getInstance(hash.replace("SHA", "SHA-")).getDigestLength());
        return SecretKeyFactory.getInstance("PBKDF2WithHmac" + hash).generateSecret(spec).getEncoded();
    }

    private byte[] hmac(byte[] key, String text) throws Exception {
        var mac = Mac.getInstance("Hmac" + hash);
        mac.init(new SecretKeySpec(key, "Hmac" + hash));
        return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    }
}
