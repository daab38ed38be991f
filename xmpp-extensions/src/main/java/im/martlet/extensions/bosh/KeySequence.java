package im.martlet.extensions.bosh;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/** XEP-0124 §15: each request shows what the one before it showed the hash of. Used under the lock of what comes in. */
final class KeySequence {
    private String last; // empty when the client has not begun any

    KeySequence(Optional<String> first) { this.last = first.orElse(""); }

    /** Whether a request may come next. */
    boolean accepts(Optional<String> key, Optional<String> fresh) {
        if (!last.isEmpty() && key.filter(k -> sha1(k).equalsIgnoreCase(last)).isEmpty()) return false;
        last = fresh.or(() -> key.filter(_ -> !last.isEmpty())).orElse(last);
        return true;
    }

    private static String sha1(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.US_ASCII)))
                    .toLowerCase(Locale.ROOT);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
