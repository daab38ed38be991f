package im.martlet.auth;

import im.martlet.storage.account.Accounts.Verifier;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntSupplier;
import rocks.xmpp.precis.PrecisProfiles;

/** Passwords as SCRAM verifiers, one for each hash, each with a salt of its own. */
public final class ScramPasswordHasher implements PasswordHasher {
    private static final int SALT_BYTES = 16;
    private static final int MOST_LETTERS = 1024;

    private final SecureRandom random = new SecureRandom();
    private final IntSupplier iterations;

    /** @param iterations asked for each password: the setting may change */
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

    /** PRECIS OpaqueString (RFC 8265 §4), which for ASCII is what SASLprep made of it too. */
    static byte[] prepare(String password) {
        if (password.isEmpty()) throw new IllegalArgumentException("a password cannot be empty");
        if (password.length() > MOST_LETTERS)
            throw new IllegalArgumentException("a password has at most " + MOST_LETTERS + " letters");
        try {
            return PrecisProfiles.OPAQUE_STRING.enforce(password).getBytes(StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("a character in it is not allowed in passwords", e);
        }
    }
}
