package im.martlet.auth;

import im.martlet.storage.account.Accounts.Verifier;
import java.util.List;

/** Turns a password into the verifiers that the server stores. */
public interface PasswordHasher {
    /**
     * Returns one verifier for each mechanism.
     *
     * @throws IllegalArgumentException if the password is not allowed; the message says why
     */
    List<Verifier> verifiers(String password);
}
