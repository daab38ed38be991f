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

/** Holds the live accounts of this server, and runs work on their mailboxes. Any thread. */
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
     * Runs work on the mailbox of an account. The account may be offline, or may not exist. Returns at once.
     *
     * @param bare the bare JID
     */
    public void tell(Jid bare, Credit credit, Consumer<Account> work) {
        // inside compute(), so that no account is removed while its mailbox has work
        live.compute(bare, (jid, existing) -> {
            var account = existing != null ? existing : new Account(jid, accounts, logs, () -> removeIfIdle(jid));
            account.tell(credit, () -> work.accept(account));
            return account;
        });
    }

    /** Runs work on the mailbox of an account if the account is online or busy now. Otherwise does nothing. */
    public void tellLive(Jid bare, Consumer<Account> work) {
        live.computeIfPresent(bare, (_, account) -> {
            account.tell(Credit.UNLIMITED, () -> work.accept(account));
            return account;
        });
    }

    /** Returns the accounts that are online or busy now. */
    public Stream<Account> live() {
        return live.values().stream();
    }

    /** Returns the session that has a full JID now. */
    public Optional<Session> session(Jid full) {
        return Optional.ofNullable(live.get(full.bare())).flatMap(account -> account.session(full));
    }

    /** Waits until no account has sessions or work, or until a timeout. */
    public void awaitQuiet(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!live.isEmpty() && System.nanoTime() < deadline) TimeUnit.MILLISECONDS.sleep(5);
    }

    private void removeIfIdle(Jid bare) {
        live.computeIfPresent(bare, (_, account) -> account.isIdle() ? null : account);
    }
}
