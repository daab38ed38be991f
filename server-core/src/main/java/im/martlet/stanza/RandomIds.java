package im.martlet.stanza;

import java.security.SecureRandom;
import java.util.Base64;

/**
 * Creates identifiers that an attacker cannot guess: of streams (RFC 6120 §4.7.3) and of resources that the server
 * names.
 */
public final class RandomIds {
    private static final SecureRandom RANDOM = new SecureRandom();

    private RandomIds() {}

    /** Returns 120 random bits as 20 characters: letters, digits, "-" and "_". */
    public static String next() {
        var bytes = new byte[15];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
