package im.martlet.auth;

import im.martlet.address.Jid;
import im.martlet.storage.Accounts.Verifier;
import java.util.Arrays;

/**
 * What is shown to somebody who asks for a user that does not exist: a salt that stays the same, and a verifier that no
 * password fits, so that nobody learns who exists (RFC 5802 §9).
 *
 * @param secret of this installation, the same after a restart
 * @param iterations as real users have
 */
public record UnknownUsers(byte[] secret, int iterations) {
    /** @param user bare and prepared, as accounts are: however a name is spelt, its salt is the same, and another on each host */
    Verifier verifier(Hash hash, Jid user) {
        byte[] salt = Arrays.copyOf(Hash.SHA_256.hmac(secret, "salt " + hash + user), 16);
        byte[] nothing = Arrays.copyOf(Hash.SHA_512.hmac(secret, "key " + hash + user), hash.bytes());
        return new Verifier(hash.mechanism(), salt, iterations, nothing, nothing);
    }
}
