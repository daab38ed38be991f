package im.martlet.storage.account;

import im.martlet.address.Jid;
import im.martlet.storage.key.AccountKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Who may log in. Passwords are never kept, only SCRAM verifiers (RFC 5802 §3). */
public interface Accounts {
    /** An account. {@code jid} is bare; a disabled account keeps its data but cannot log in. */
    record Account(AccountKey key, Jid jid, boolean enabled, Instant created) {}

    /** What the server keeps of a password for one mechanism, for example {@code SCRAM-SHA-256}. */
    record Verifier(String mechanism, byte[] salt, int iterations, byte[] storedKey, byte[] serverKey) {}

    /**
     * An account together with one of its verifiers.
     *
     * @param epoch counts what makes tokens worthless that were issued before (see {@link LoginTokens})
     * @param current asks, in no time, whether it still is as it was read: whoever has changed it, and has been told
     * that it is done, has made this false; it may be false for the sake of another account's change too
     */
    record Login(Account account, Verifier verifier, long epoch, BooleanSupplier current) {}

    Optional<Account> find(Jid jid);

    /** One look-up for a login: the account and its verifier for a mechanism; empty when either is missing. */
    Optional<Login> login(Jid jid, String mechanism);

    /** Creates an account; empty when there is one with this address already. */
    Optional<Account> create(Jid jid, List<Verifier> verifiers);

    /** Replaces all verifiers of an account; its tokens are worthless then. */
    void setVerifiers(AccountKey account, List<Verifier> verifiers);

    /** Lets an account log in or not; its tokens are worthless then. */
    void setEnabled(AccountKey account, boolean enabled);

    /**
     * Deletes an account and everything it owns; false when it was already gone. What is under way to it in the journal
     * is written after that: whoever deletes does so once more when it is.
     */
    boolean delete(AccountKey account);

    /** Accounts that were deleted, and not once more yet. */
    List<AccountKey> deletedOnce();

    /**
     * Accounts of a host in the order of their localparts, beginning after the localpart {@code after} (empty: from the
     * start).
     */
    List<Account> list(String host, String after, int limit);

    /** The number of accounts of a host. */
    long count(String host);
}
