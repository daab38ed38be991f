package im.martlet.auth;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Computes the messages of a SCRAM-SHA-1 client (RFC 5802 §3), without channel binding. The rehearsal and benchmarks
 * use it.
 */
public final class ScramClientResponse {
    private static final String HEADER = "n,,";

    private ScramClientResponse() {}

    /** Returns the client's first message. */
    public static String first(String user, String nonce) {
        return HEADER + bare(user, nonce);
    }

    private static String bare(String user, String nonce) { return "n=" + user + ",r=" + nonce; }

    /**
     * Returns the client's last message.
     *
     * @param challenge the server's answer to {@link #first} with the same user and nonce
     */
    public static String last(String user, String nonce, String challenge, String password) {
        var parts = challenge.split(",");
        var withoutProof =
                "c=" + Base64.getEncoder().encodeToString(HEADER.getBytes(StandardCharsets.UTF_8)) + "," + parts[0];
        byte[] salted = ScramHash.SHA_1.salted(ScramPasswordHasher.prepare(password),
                Base64.getDecoder().decode(value(parts[1])), Integer.parseInt(value(parts[2])));
        byte[] proof = ScramHash.SHA_1.hmac(salted, "Client Key");
        byte[] signature = ScramHash.SHA_1.hmac(ScramHash.SHA_1.digest(proof),
                bare(user, nonce) + "," + challenge + "," + withoutProof);
        for (int i = 0; i < proof.length; i++) proof[i] ^= signature[i];
        return withoutProof + ",p=" + Base64.getEncoder().encodeToString(proof);
    }

    private static String value(String part) { return part.substring(2); }
}
