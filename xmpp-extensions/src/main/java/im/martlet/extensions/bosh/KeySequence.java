package im.martlet.extensions.bosh;

import im.martlet.digest.Sha;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The key sequence of a session (XEP-0124 §15): each key is a text with the previous key as its hash. Used under the
 * session's lock of the input.
 */
final class KeySequence {
    private String last; // empty without a sequence

    KeySequence(Optional<String> first) { this.last = first.orElse(""); }

    /** Returns whether a request has the right key, and notes the key of a new sequence if there is one. */
    boolean accepts(Optional<String> key, Optional<String> fresh) {
        if (!last.isEmpty() && key.filter(k -> sha1(k).equalsIgnoreCase(last)).isEmpty()) return false;
        last = fresh.or(() -> key.filter(_ -> !last.isEmpty())).orElse(last);
        return true;
    }

    private static String sha1(String text) {
        return Sha.SHA_1.hex(text.getBytes(StandardCharsets.US_ASCII));
    }
}
