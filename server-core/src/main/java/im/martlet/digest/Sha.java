package im.martlet.digest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The SHA family of hash functions (FIPS 180-4), as far as XMPP uses it. */
public enum Sha {
    SHA_1("SHA-1"), SHA_224("SHA-224"), SHA_256("SHA-256"), SHA_384("SHA-384"), SHA_512("SHA-512");

    private final String algorithm;

    Sha(String algorithm) { this.algorithm = algorithm; }

    /** Returns the name of the function, such as {@code SHA-256}. */
    public String algorithm() { return algorithm; }

    /** Returns a new digest, for data that comes in pieces. */
    public MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK lacks " + algorithm + ", which every JDK must have", e);
        }
    }

    /** Returns the hash of the data. */
    public byte[] digest(byte[] data) { return newDigest().digest(data); }

    /** Returns the hash of the data in lower-case hexadecimal digits. */
    public String hex(byte[] data) {
        return HexFormat.of().formatHex(digest(data));
    }

    /** Returns the hash of the text in UTF-8, in lower-case hexadecimal digits. */
    public String hex(String text) {
        return hex(text.getBytes(StandardCharsets.UTF_8));
    }
}
