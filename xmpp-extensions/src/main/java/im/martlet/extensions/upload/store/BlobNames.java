package im.martlet.extensions.upload.store;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** Names of blobs. The name of a plain blob begins with "p", the name of a sealed one with "s". */
final class BlobNames {
    static final String PLAIN = "p";
    static final String SEALED = "s";

    private static final Pattern FORM = Pattern.compile("[ps][0-9a-f]{32}");
    private static final SecureRandom RANDOM = new SecureRandom();

    private BlobNames() {}

    static String next(String kind) {
        var bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        return kind + HexFormat.of().formatHex(bytes);
    }

    /**
     * Returns a valid name unchanged, so that no other text becomes a path.
     *
     * @throws IllegalArgumentException if it is not a name of a blob
     */
    static String checked(String name) {
        if (!FORM.matcher(name).matches()) throw new IllegalArgumentException("'" + name + "' is not a name of a blob");
        return name;
    }
}
