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
 * Deletes archived messages that are too old, and the oldest ones of an archive that is too large. It deletes only at
 * the old end, so that no archive gets a gap (XEP-0313 §3.2). It runs once a day, on a thread of its own, account by
 * account. At the start it also deletes data that was written for an account during its deletion, if the server was
 * killed then.
 */
public final class Retention implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
    private static final int ACCOUNTS_AT_ONCE = 100;

    /**
     * @param enabled whether the server has archives
     * @param keep the time for which messages are kept; 0 for ever
     * @param messages the number of messages that the archive of one account may hold; 0 for any number
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

    /** Starts the daily run. Called once. */
    public void start() {
        var deletedOnce = accounts.deletedOnce(); // before this run of the server deletes accounts itself
        clock.execute(() -> deleteAgain(deletedOnce));
        clock.scheduleWithFixedDelay(this::run, 1, 24, TimeUnit.HOURS);
    }

    private void deleteAgain(List<AccountKey> deletedOnce) {
        try {
            deletedOnce.forEach(accounts::delete);
        } catch (StorageException e) {
            LOG.warn("messages that arrived for accounts during their deletion cannot be deleted now, "
                    + "the server tries again at the next start: {}", e.getMessage());
        }
    }

    private void run() {
        try {
            long deleted = forget(Instant.now());
            if (deleted > 0)
                LOG.info("deleted {} archived messages that were too old, or beyond the number that is kept", deleted);
        } catch (StorageException e) {
            LOG.warn("old archived messages cannot be deleted now, the server tries again tomorrow: {}",
                    e.getMessage());
        }
    }

    /** Deletes the messages that are too old at a moment, or too many. Returns the number of deleted messages. */
    public long forget(Instant now) {
        long deleted = 0;
        var limits = settings.get();
        if (!limits.keep().isPositive() && limits.messages() == 0) return 0;
        for (String host : domains.names().toList()) { // rooms have archives as accounts have
            String after = "";
            for (var some = accounts.list(host, after, ACCOUNTS_AT_ONCE); !some.isEmpty(); some =
                    accounts.list(host, after, ACCOUNTS_AT_ONCE)) {
                for (var account : some) deleted += forget(account.key(), now, limits);
                after = some.getLast().jid().local();
            }
        }
        return deleted;
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
