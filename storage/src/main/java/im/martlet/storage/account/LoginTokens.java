package im.martlet.storage.account;

import im.martlet.address.Jid;
import im.martlet.storage.key.AccountKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Tokens that a client was given in place of a password (XEP-0484). Each client of an account has up to two: the one
 * that it uses, and a fresh one that it has not used yet. The tokens themselves are not kept, only what the server
 * makes them of again.
 */
public interface LoginTokens {
    /**
     * A client, by the id that it gives itself (XEP-0388 §2.3, a UUID), with what it says of itself.
     *
     * @param software at most 200 letters, as is {@code device}; empty when it does not say
     */
    record Client(String id, String software, String device) {}

    /**
     * What a token is made of.
     *
     * @param mechanism the only one that it is good for
     * @param nonce at most 40 bytes that nobody could guess
     * @param epoch of the account when it was issued: it is worthless in any other
     */
    record Made(String mechanism, byte[] nonce, long epoch, Instant issued, Instant expires) {}

    /**
     * A token that was issued.
     *
     * @param fresh whether it was not used yet
     * @param used when it was last seen to be used, about
     * @param uses the client's own count of uses, as far as it has told
     */
    record Token(Made made, boolean fresh, Optional<Instant> used, long uses) {}

    /**
     * An account together with the tokens of one of its clients, the fresh one first.
     *
     * @param epoch of the account now
     * @param current asks, in no time, whether it still is as it was read; see {@link Accounts.Login}
     */
    record Login(Accounts.Account account, long epoch, List<Token> tokens, BooleanSupplier current) {}

    /** One look-up for a login; empty when there is no such account. */
    Optional<Login> login(Jid jid, String client);

    /**
     * Issues a token, in place of the fresh one that its client has, and forgets the clients that were given theirs the
     * longest ago, if there are too many.
     *
     * @param after the nonce of a token that the client must still have; empty when it proved to be who it is otherwise
     * @param most clients of one account that may have tokens
     * @return false when nothing was issued: that token is gone, or another was issued at the same moment
     */
    boolean issue(AccountKey account, Client client, Made made, byte[] after, int most);

    /**
     * A client has used a token: if it was fresh, the one before it is gone.
     *
     * @param uses the client's own count, which must be greater than any before; 0 when it has not told
     * @return false when that token is gone, or it was not greater
     */
    boolean use(AccountKey account, String client, byte[] nonce, long uses, Instant now);

    /** Takes the tokens of one client; false when it had none. */
    boolean revoke(AccountKey account, String client);

    /** Takes the tokens of all clients, those that are being issued, too. */
    void revokeAll(AccountKey account);

    /** A token in use, of an account. */
    record Listed(Client client, Token token) {}

    /** The tokens of an account that are good for something, by client; of each the fresh one first. */
    List<Listed> list(AccountKey account);
}
