package im.martlet.auth;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The secret of this installation, which stays the same after a restart. It is not in the database, so a stolen
 * database does not reveal it. Keys derived for one purpose reveal nothing about keys for another.
 *
 * @param secret at least 32 random bytes
 */
public record InstallationKey(byte[] secret) {
    /**
     * Derives 32 bytes that look random, always the same ones for the same purpose and parts.
     *
     * @param parts values without a NUL in their text
     */
    public byte[] derive(String purpose, Object... parts) {
        return ScramHash.SHA_256.hmac(secret,
                purpose + Arrays.stream(parts).map(part -> "\0" + part).collect(Collectors.joining()));
    }
}
