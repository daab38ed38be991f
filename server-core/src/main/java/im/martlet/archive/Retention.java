package im.martlet.archive;

import im.martlet.config.Default;
import im.martlet.config.Range;
import im.martlet.config.Reloadable;
import im.martlet.routing.LocalDomains;
import im.martlet.storage.account.Accounts;
import im.martlet.storage.db.StorageException;
import im.martlet.storage.key.AccountKey;
import im.martlet.storage.key.LogId;
import im.martlet.storage.log.Archive;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forgets what is older than it may become, and the oldest of what is more than an account may have; the oldest only,
 * so that no archive gets a hole (XEP-0313 §3.2). Once a day, on a thread of its own, account by account. And at the
 * start, what was written for accounts that were being deleted when the server was killed.
 */
public final class Retention implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
    private static final int ACCOUNTS_AT_ONCE = 100;

    /**
     * @param enabled whether there are archives at all
     * @param keep how long messages are kept; 0 for ever
     * @param messages that one account may have in its archive; 0 for any number
     */
    public record Settings(@Default("true") boolean enabled, @Reloadable @Default("\"0s\"") Duration keep,
            @Reloadable @Default("1000000") @Range(min = 0) int messages) {}

    private final Archive archive;
    private final Accounts accounts;
    private final LocalDomains domains;
    private final Supplier<Settings> settings;
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("retention").daemon().factory());

    @Inject Retention(Archive archive, Accounts accounts, LocalDomains domains, Supplier<Settings> settings) {
        this.archive = archive;
        this.accounts = accounts;
        this.domains = domains;
        this.settings = settings;
    }

    /** Begins; called once. */
    public void start() {
        var deletedOnce = accounts.deletedOnce(); // before anybody deletes in this run
        clock.execute(() -> deleteAgain(deletedOnce));
        clock.scheduleWithFixedDelay(this::run, 1, 24, TimeUnit.HOURS);
    }

    private void deleteAgain(List<AccountKey> deletedOnce) {
        try {
            deletedOnce.forEach(accounts::delete);
        } catch (StorageException e) {
            LOG.warn("what came for accounts while they were deleted cannot be deleted now, but at the next start: {}",
                    e.getMessage());
        }
    }

    private void run() {
        try {
            long forgotten = forget(Instant.now());
            if (forgotten > 0) LOG.info("forgot {} messages that were older or more than is kept", forgotten);
        } catch (StorageException e) {
            LOG.warn("old messages cannot be forgotten now: {}", e.getMessage());
        }
    }

    /** Forgets what is due at a moment; answers how many messages that was. */
    public long forget(Instant now) {
        long forgotten = 0;
        var limits = settings.get();
        if (!limits.keep().isPositive() && limits.messages() == 0) return 0;
        for (String host : domains.names().toList()) { // rooms have archives as accounts have
            String after = "";
            for (var some = accounts.list(host, after, ACCOUNTS_AT_ONCE); !some.isEmpty(); some =
                    accounts.list(host, after, ACCOUNTS_AT_ONCE)) {
                for (var account : some) forgotten += forget(account.key(), now, limits);
                after = some.getLast().jid().local();
            }
        }
        return forgotten;
    }

    private long forget(AccountKey account, Instant now, Settings limits) {
        long olderThan = limits.keep().isPositive() ? LogId.first(now.minus(limits.keep())) : 0;
        var keep = limits.messages() > 0 ? OptionalLong.of(limits.messages()) : OptionalLong.empty();
        long all = 0;
        for (int some = archive.prune(account, olderThan, keep); some > 0; some =
                archive.prune(account, olderThan, keep))
            all += some;
        return all;
    }

    @Override public void close() { clock.shutdownNow(); }
}
