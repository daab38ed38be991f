package im.martlet.storage.account;

import im.martlet.address.Jid;
import im.martlet.storage.key.AccountKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Tokens that clients use in place of a password (XEP-0484). Each client of an account has up to two: the token in use,
 * and a fresh one that it has not used yet. The tokens themselves are not stored, only the data from which the server
 * derives them again.
 */
public interface LoginTokens {
    /**
     * A client, by the id that it chose (XEP-0388 §2.3, a UUID), with its description of itself.
     *
     * @param software the name of the software, at most 200 characters; empty if unknown
     * @param device the name of the device, at most 200 characters; empty if unknown
     */
    record Client(String id, String software, String device) {}

    /**
     * The data from which a token is derived.
     *
     * @param mechanism the only mechanism that accepts the token
     * @param nonce at most 40 bytes, impossible to guess
     * @param epoch the account's epoch at the time of issue; the token is worthless in any other epoch
     */
    record Made(String mechanism, byte[] nonce, long epoch, Instant issued, Instant expires) {}

    /**
     * A token that was issued.
     *
     * @param fresh whether the client has not used it yet
     * @param used the approximate time of the last use
     * @param uses the client's own count of uses, as last reported
     */
    record Token(Made made, boolean fresh, Optional<Instant> used, long uses) {}

    /**
     * An account together with the tokens of one of its clients, the fresh one first.
     *
     * @param epoch the account's current epoch
     * @param current tells, without blocking, whether the account is still as it was read; see {@link Accounts.Login}
     */
    record Login(Accounts.Account account, long epoch, List<Token> tokens, BooleanSupplier current) {}

    /** Returns the data for a login with one query; empty when there is no such account. */
    Optional<Login> login(Jid jid, String client);

    /**
     * Issues a token, which replaces the client's fresh one. When too many clients have tokens, forgets those of the
     * clients with the oldest ones.
     *
     * @param after the nonce of a token that the client must still have; empty when the client logged in by other means
     * @param most the maximum number of clients of one account with tokens
     * @return false when nothing was issued: that token is gone, or another one was issued at the same moment
     */
    boolean issue(AccountKey account, Client client, Made made, byte[] after, int most);

    /**
     * Records the use of a token; if it was fresh, the previous token is deleted.
     *
     * @param uses the client's own count, which must be greater than any before; 0 when the client does not count
     * @return false when the token is gone, or the count has not grown
     */
    boolean use(AccountKey account, String client, byte[] nonce, long uses, Instant now);

    /** Revokes the tokens of one client; returns false when it had none. */
    boolean revoke(AccountKey account, String client);

    /** Revokes the tokens of all clients, including those that are being issued. */
    void revokeAll(AccountKey account);

    /** A valid token and its client. */
    record Listed(Client client, Token token) {}

    /** Returns the valid tokens of an account, ordered by client; of each client the fresh one first. */
    List<Listed> list(AccountKey account);
}
