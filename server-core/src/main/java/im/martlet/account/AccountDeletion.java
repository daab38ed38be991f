package im.martlet.account;

import im.martlet.address.Jid;
import im.martlet.im.Contacts;
import im.martlet.im.SubscriptionHandler;
import im.martlet.session.Account;
import im.martlet.session.AccountDirectory;
import im.martlet.session.Credit;
import im.martlet.storage.account.Accounts;
import im.martlet.storage.account.Rosters;
import im.martlet.storage.db.StorageException;
import im.martlet.storage.key.AccountKey;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes accounts. Contacts are told first, as if the user had removed them from the roster (RFC 6121 §2.5.2).
 * Otherwise the next account of that name would get their presence.
 */
public final class AccountDeletion {
    private static final Logger LOG = LoggerFactory.getLogger(AccountDeletion.class);

    private final Accounts accounts;
    private final Rosters rosters;
    private final SubscriptionHandler subscriptions;
    private final AccountDirectory directory;
    private final SessionTermination termination;

    @Inject AccountDeletion(Accounts accounts, Rosters rosters, SubscriptionHandler subscriptions,
            AccountDirectory directory, SessionTermination termination) {
        this.termination = termination;
        this.accounts = accounts;
        this.rosters = rosters;
        this.subscriptions = subscriptions;
        this.directory = directory;
    }

    /** Deletes an account and all its data, on its mailbox. Its sessions end in the next task of the mailbox. */
    public void delete(Account account) {
        var contacts = Contacts.of(account, rosters);
        for (var item : List.copyOf(contacts.all())) subscriptions.cancelSubscriptions(account, item);
        var key = account.existingKey();
        var log = account.log();
        accounts.delete(key);
        contacts.forget();
        account.tell(Credit.UNLIMITED, () -> {
            termination.expelDeleted(account);
            account.forget(); // the next account of that name is another one
            log.whenAllIsWritten(() -> purge(account.jid(), key));
        });
    }

    /** Deletes data that was under way to the account during the deletion and is committed now. */
    private void purge(Jid jid, AccountKey key) {
        directory.tell(jid, Credit.UNLIMITED, _ -> {
            try {
                accounts.delete(key);
            } catch (StorageException e) {
                LOG.warn("messages that arrived for {} during its deletion cannot be deleted now, "
                        + "the server tries again at the next start: {}", jid, e.getMessage());
            }
        });
    }

    /** Deletes an account from any thread. The future completes when the account is deleted. */
    public CompletableFuture<Void> delete(Jid account) {
        var done = new CompletableFuture<Void>();
        directory.tell(account, Credit.UNLIMITED, live -> {
            try {
                delete(live);
                done.complete(null);
            } catch (RuntimeException e) { // the caller handles it
                done.completeExceptionally(e);
            }
        });
        return done;
    }
}
