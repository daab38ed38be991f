package im.martlet.auth;

import im.martlet.address.Jid;
import im.martlet.storage.account.LoginTokens.Token;
import im.martlet.storage.key.AccountKey;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A user that has authenticated.
 *
 * @param user the bare JID
 * @param account the key of the account
 * @param epoch the account's epoch, see {@link im.martlet.storage.account.LoginTokens}
 * @param mechanism the SASL mechanism
 * @param token the token that the client logged in with, if it did and keeps it
 * @param objection returns a reason to refuse the login after all. It must be called once the new session is visible to
 * others: a password change or a revocation during the exchange could not see the session yet
 */
public record AuthenticatedUser(Jid user, AccountKey account, long epoch, String mechanism, Optional<Token> token,
        Supplier<Optional<SaslError>> objection) {}
