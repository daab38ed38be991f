package im.martlet.auth;

import im.martlet.address.Jid;
import im.martlet.storage.account.LoginTokens.Token;
import im.martlet.storage.key.AccountKey;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Somebody who has proven who they are.
 *
 * @param user bare JID
 * @param epoch of the account, see {@link im.martlet.storage.account.LoginTokens}
 * @param mechanism with which it was proven
 * @param token that it was proven with, if it was one and the client keeps it
 * @param objection to be asked, and heeded, once others can see who has logged in: the password may have been changed
 * since the exchange began, or the token revoked, by somebody who could not see it then
 */
public record AuthenticatedUser(Jid user, AccountKey account, long epoch, String mechanism, Optional<Token> token,
        Supplier<Optional<SaslError>> objection) {}
