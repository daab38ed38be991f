package im.martlet.auth;

import im.martlet.storage.account.Accounts.Verifier;
import java.util.List;

/** Makes of a password what the server keeps of it. */
public interface PasswordHasher {
    /**
     * One verifier for each mechanism.
     *
     * @throws IllegalArgumentException when this cannot be a password; the message says why
     */
    List<Verifier> verifiers(String password);
}
