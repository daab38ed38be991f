package im.martlet.auth;

import im.martlet.address.Jid;
import im.martlet.storage.account.Accounts;
import im.martlet.storage.account.LoginTokens;
import im.martlet.storage.key.AccountKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Login tokens in memory, for tests with at most one account. */
public final class MemoryTokens implements LoginTokens {
    private final Accounts accounts;
    private final List<Listed> all = new ArrayList<>();
    long epoch;
    int written; // number of writes

    public MemoryTokens(Accounts accounts) { this.accounts = accounts; }

    /** Returns tokens that are derived with a fixed key. */
    public static FastTokens tokens(Accounts accounts) {
        return tokens(new MemoryTokens(accounts), InstantSource.system());
    }

    static FastTokens tokens(LoginTokens store, InstantSource clock) {
        return new FastTokens(store, new InstallationKey(new byte[32]),
                () -> new FastTokens.Settings(true, Duration.ofDays(21), Duration.ofDays(1), 20), clock);
    }

    @Override public Optional<Login> login(Jid jid, String client) {
        var tokens = all.stream().filter(l -> l.client().id().equals(client)).map(Listed::token)
                .sorted(Comparator.comparing(t -> !t.fresh())).toList();
        return accounts.find(jid).map(account -> new Login(account, epoch, tokens, () -> false));
    }

    @Override public boolean issue(AccountKey account, Client client, Made made, byte[] after, int most) {
        all.removeIf(l -> l.client().id().equals(client.id()) && l.token().fresh());
        return all.add(new Listed(client, new Token(made, true, Optional.empty(), 0)));
    }

    @Override public boolean use(AccountKey account, String client, byte[] nonce, long uses, Instant now) {
        written++;
        var used = all.stream().filter(l -> Arrays.equals(l.token().made().nonce(), nonce)).findFirst();
        if (used.isEmpty() || uses > 0 && uses <= used.get().token().uses()) return false;
        all.removeIf(l -> l.client().id().equals(client) && (!l.token().fresh() || l == used.get()));
        return all.add(new Listed(used.get().client(), new Token(used.get().token().made(), false, Optional.of(now),
                Math.max(uses, used.get().token().uses()))));
    }

    @Override public boolean revoke(AccountKey account, String client) {
        return all.removeIf(l -> l.client().id().equals(client));
    }

    @Override public void revokeAll(AccountKey account) {
        epoch++;
        all.clear();
    }

    @Override public List<Listed> list(AccountKey account) { return List.copyOf(all); }
}
