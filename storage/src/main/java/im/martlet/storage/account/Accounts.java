package im.martlet.storage.account;

import im.martlet.address.Jid;
import im.martlet.storage.key.AccountKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Accounts and their credentials. Passwords are never stored, only SCRAM verifiers (RFC 5802 §3). */
public interface Accounts {
    /** An account. {@code jid} is bare; a disabled account keeps its data but cannot log in. */
    record Account(AccountKey key, Jid jid, boolean enabled, Instant created) {}

    /** The stored form of a password for one mechanism, for example {@code SCRAM-SHA-256}. */
    record Verifier(String mechanism, byte[] salt, int iterations, byte[] storedKey, byte[] serverKey) {}

    /**
     * An account together with one of its verifiers.
     *
     * @param epoch counts the changes that make older tokens worthless (see {@link LoginTokens})
     * @param current tells, without blocking, whether the account is still as it was read; false as soon as a change is
     * confirmed to its caller; a change of another account may make it false, too
     */
    record Login(Account account, Verifier verifier, long epoch, BooleanSupplier current) {}

    Optional<Account> find(Jid jid);

    /** Returns the account and its verifier for a mechanism, with one query; empty when either is missing. */
    Optional<Login> login(Jid jid, String mechanism);

    /** Creates an account; returns empty when the address is already in use. */
    Optional<Account> create(Jid jid, List<Verifier> verifiers);

    /** Replaces all verifiers of an account, which makes its tokens worthless. */
    void setVerifiers(AccountKey account, List<Verifier> verifiers);

    /** Enables or disables the login of an account, which makes its tokens worthless. */
    void setEnabled(AccountKey account, boolean enabled);

    /**
     * Deletes an account and all its data; returns false when it was already gone. The journal may still write pending
     * units for the account, so the caller must delete once more after they are written.
     */
    boolean delete(AccountKey account);

    /** Returns the accounts that were deleted once and still need the second deletion. */
    List<AccountKey> deletedOnce();

    /**
     * Returns accounts of a host in the order of their localparts, beginning after the localpart {@code after} (empty:
     * from the start).
     */
    List<Account> list(String host, String after, int limit);

    /** Returns the number of accounts of a host. */
    long count(String host);
}
