package im.martlet.auth;

import im.martlet.address.Jid;
import im.martlet.storage.account.Accounts;
import im.martlet.storage.key.AccountKey;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Accounts in memory, for tests of logins only. */
public final class MemoryAccounts implements Accounts {
    private final Map<Jid, Account> accounts = new HashMap<>();
    private final Map<AccountKey, List<Verifier>> verifiers = new HashMap<>();

    @Override public Optional<Account> find(Jid jid) { return Optional.ofNullable(accounts.get(jid)); }

    @Override public Optional<Login> login(Jid jid, String mechanism) {
        return find(jid).flatMap(a -> verifiers.get(a.key()).stream().filter(v -> v.mechanism().equals(mechanism))
                .findFirst().map(v -> new Login(a, v, 0, () -> false)));
    }

    @Override public Optional<Account> create(Jid jid, List<Verifier> newVerifiers) {
        var account = new Account(new AccountKey(accounts.size() + 1), jid, true, Instant.EPOCH);
        accounts.put(jid, account);
        verifiers.put(account.key(), newVerifiers);
        return Optional.of(account);
    }

    @Override public void setVerifiers(AccountKey account, List<Verifier> newVerifiers) {
        verifiers.put(account, newVerifiers);
    }

    @Override public void setEnabled(AccountKey key, boolean enabled) {
        accounts.replaceAll((_, a) -> a.key().equals(key) ? new Account(key, a.jid(), enabled, a.created()) : a);
    }

    @Override public boolean delete(AccountKey key) { return accounts.values().removeIf(a -> a.key().equals(key)); }

    @Override public List<AccountKey> deletedOnce() { return List.of(); }

    @Override public List<Account> list(String host, String after, int limit) { return List.copyOf(accounts.values()); }

    @Override public long count(String host) { return accounts.size(); }
}
