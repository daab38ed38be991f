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
 * The end of an account. Its contacts are told first, as if all were removed from its roster (RFC 6121 §2.5.2): else
 * whoever takes the name next would be shown their presence.
 */
public final class AccountDeletion {
    private static final Logger LOG = LoggerFactory.getLogger(AccountDeletion.class);

    private final Accounts accounts;
    private final Rosters rosters;
    private final SubscriptionHandler subscribing;
    private final AccountDirectory directory;
    private final SessionTermination expulsion;

    @Inject AccountDeletion(Accounts accounts, Rosters rosters, SubscriptionHandler subscribing,
            AccountDirectory directory, SessionTermination expulsion) {
        this.expulsion = expulsion;
        this.accounts = accounts;
        this.rosters = rosters;
        this.subscribing = subscribing;
        this.directory = directory;
    }

    /** Deletes an account and all it owns, on its mailbox; its sessions end after what is done there at the moment. */
    public void delete(Account account) {
        var contacts = Contacts.of(account, rosters);
        for (var item : List.copyOf(contacts.all())) subscribing.part(account, item);
        var key = account.existingKey();
        var log = account.log();
        accounts.delete(key);
        contacts.forget();
        account.tell(Credit.UNLIMITED, () -> {
            expulsion.expelDeleted(account);
            account.forget(); // whoever takes the name next is somebody else
            log.whenAllIsWritten(() -> purge(account.jid(), key));
        });
    }

    /** What was under way to it when it was deleted has been written since. */
    private void purge(Jid jid, AccountKey key) {
        directory.tell(jid, Credit.UNLIMITED, _ -> {
            try {
                accounts.delete(key);
            } catch (StorageException e) {
                LOG.warn("what came for {} while it was deleted cannot be deleted now: {}", jid, e.getMessage());
            }
        });
    }

    /** The same, from elsewhere: done when the account is gone. */
    public CompletableFuture<Void> delete(Jid account) {
        var done = new CompletableFuture<Void>();
        directory.tell(account, Credit.UNLIMITED, live -> {
            try {
                delete(live);
                done.complete(null);
            } catch (RuntimeException e) { // it is for whoever waits
                done.completeExceptionally(e);
            }
        });
        return done;
    }
}
