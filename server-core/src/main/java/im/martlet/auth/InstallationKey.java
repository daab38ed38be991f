package im.martlet.auth;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * A secret of this installation: the same after a restart, and not in the database, so that who steals that lacks it.
 * What is made of it for one purpose says nothing of what is made of it for another.
 *
 * @param secret at least 32 bytes that nobody else knows
 */
public record InstallationKey(byte[] secret) {
    /**
     * 32 bytes that cannot be told from random ones; the same for the same purpose and parts, none of which may contain
     * a NUL.
     */
    public byte[] derive(String purpose, Object... parts) {
        return ScramHash.SHA_256.hmac(secret,
                purpose + Arrays.stream(parts).map(part -> "\0" + part).collect(Collectors.joining()));
    }
}
