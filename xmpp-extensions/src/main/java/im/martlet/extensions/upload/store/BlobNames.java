package im.martlet.extensions.upload.store;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** Names of blobs: what is plain begins with "p", what is sealed with "s". */
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

    /** The same name; nothing else becomes a path. */
    static String checked(String name) {
        if (!FORM.matcher(name).matches()) throw new IllegalArgumentException("'" + name + "' is no name of a blob");
        return name;
    }
}
