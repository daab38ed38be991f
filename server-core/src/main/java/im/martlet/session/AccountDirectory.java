package im.martlet.session;

import im.martlet.address.Jid;
import im.martlet.storage.account.Accounts;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Where the sessions of an account are. On one machine the answer is: here. */
@Singleton
public final class AccountDirectory {
    private final ConcurrentHashMap<Jid, Account> live = new ConcurrentHashMap<>();
    private final Accounts accounts;
    private final AccountLogs logs;

    @Inject public AccountDirectory(Accounts accounts, AccountLogs logs) {
        this.accounts = accounts;
        this.logs = logs;
    }

    /**
     * Does something to an account, on its mailbox, whether it is online or not and even when it does not exist.
     *
     * @param bare the bare JID
     */
    public void tell(Jid bare, Credit credit, Consumer<Account> work) {
        // telling inside compute() is what keeps an account from being let go with work in its mailbox
        live.compute(bare, (jid, known) -> {
            var account = known != null ? known : new Account(jid, accounts, logs, () -> letGo(jid));
            account.tell(credit, () -> work.accept(account));
            return account;
        });
    }

    /** Does something to an account if it is online or busy at this moment, and nothing otherwise. Any thread. */
    public void tellLive(Jid bare, Consumer<Account> work) {
        live.computeIfPresent(bare, (_, account) -> {
            account.tell(Credit.UNLIMITED, () -> work.accept(account));
            return account;
        });
    }

    /** Accounts that are online or busy, at this moment. */
    public Stream<Account> live() {
        return live.values().stream();
    }

    /** A session by its full JID, if it is there at this moment. */
    public Optional<Session> session(Jid full) {
        return Optional.ofNullable(live.get(full.bare())).flatMap(account -> account.session(full));
    }

    /** Waits until no account has sessions or work, but not for long. */
    public void awaitQuiet(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!live.isEmpty() && System.nanoTime() < deadline) TimeUnit.MILLISECONDS.sleep(5);
    }

    private void letGo(Jid bare) {
        live.computeIfPresent(bare, (_, account) -> account.isIdle() ? null : account);
    }
}
