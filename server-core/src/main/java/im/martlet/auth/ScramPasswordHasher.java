package im.martlet.auth;

import im.martlet.storage.account.Accounts.Verifier;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntSupplier;
import rocks.xmpp.precis.PrecisProfiles;

/** Turns passwords into SCRAM verifiers, one for each hash, each with a salt of its own. */
public final class ScramPasswordHasher implements PasswordHasher {
    private static final int SALT_BYTES = 16;
    private static final int MAX_CHARACTERS = 1024;

    private final SecureRandom random = new SecureRandom();
    private final IntSupplier iterations;

    /** @param iterations returns the rounds of PBKDF2; read for each password, because the setting may change */
    public ScramPasswordHasher(IntSupplier iterations) {
        this.iterations = iterations;
    }

    @Override public List<Verifier> verifiers(String password) {
        byte[] prepared = prepare(password);
        int rounds = iterations.getAsInt();
        return Arrays.stream(ScramHash.values()).map(hash -> {
            var salt = new byte[SALT_BYTES];
            random.nextBytes(salt);
            byte[] salted = hash.salted(prepared, salt, rounds);
            return new Verifier(hash.mechanism(), salt, rounds, hash.storedKey(salted), hash.serverKey(salted));
        }).toList();
    }

    /**
     * Prepares a password as a PRECIS OpaqueString (RFC 8265 §4). For ASCII the result is the same as with SASLprep.
     */
    static byte[] prepare(String password) {
        if (password.isEmpty())
            throw new IllegalArgumentException("the password is empty: choose one with at least one character");
        if (password.length() > MAX_CHARACTERS) throw new IllegalArgumentException(
                "the password is too long: choose one of at most " + MAX_CHARACTERS + " characters");
        try {
            return PrecisProfiles.OPAQUE_STRING.enforce(password).getBytes(StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "the password has a character that is not allowed in passwords: choose another one", e);
        }
    }
}
