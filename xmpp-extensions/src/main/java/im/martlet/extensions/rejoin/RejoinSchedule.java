package im.martlet.extensions.rejoin;

import im.martlet.address.Jid;
import im.martlet.config.Default;
import im.martlet.config.Range;
import im.martlet.config.Reloadable;
import im.martlet.routing.RemoteRoutes;
import im.martlet.session.Account;
import im.martlet.session.AccountDirectory;
import im.martlet.session.Credit;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Holds for each remote domain the accounts with clients in its rooms, and the time of the next check. Any thread. */
@Singleton
final class RejoinSchedule {
    /**
     * The section {@code [rejoin]}.
     *
     * @param enabled whether this server keeps clients in remote rooms
     * @param check time between two checks of one room
     * @param retry time to a check after a stream ended or a room could not be reached
     */
    record Settings(@Default("true") boolean enabled, @Reloadable @Default("\"15m\"") @Range(min = 1) Duration check,
            @Reloadable @Default("\"10s\"") @Range(min = 1) Duration retry) {}

    /**
     * The checks of one domain.
     *
     * @param due the time of the next check, in System.nanoTime
     */
    private record Round(Set<Jid> accounts, long due) {
        Round at(long due) { return new Round(accounts, due); }
    }

    private final ConcurrentHashMap<String, Round> rounds = new ConcurrentHashMap<>(); // by domain
    private final AccountDirectory directory;
    private final RemoteRoutes remoteRoutes;
    private final Supplier<Settings> settings;
    private @Nullable ScheduledExecutorService clock;

    @Inject RejoinSchedule(AccountDirectory directory, RemoteRoutes remoteRoutes, Supplier<Settings> settings) {
        this.directory = directory;
        this.remoteRoutes = remoteRoutes;
        this.settings = settings;
    }

    boolean isEnabled() { return settings.get().enabled(); }

    /** Adds an account with a client in a room of a domain. */
    void watch(String domain, Jid account) {
        rounds.compute(domain, (_, before) -> {
            var round = before != null ? before : new Round(ConcurrentHashMap.newKeySet(), in(settings.get().check()));
            round.accounts.add(account);
            return round;
        });
    }

    /** Brings the next check of a domain forward to the retry time. */
    void checkSoon(String domain) {
        rounds.computeIfPresent(domain, (_, round) -> {
            long due = in(settings.get().retry());
            return due - round.due < 0 ? round.at(due) : round;
        });
    }

    private static long in(Duration pause) { return System.nanoTime() + pause.toNanos(); }

    /**
     * Starts the clock.
     *
     * @param check pings the rooms of a domain for an account, on the account's mailbox; returns whether the account
     * has clients in any of them
     */
    void start(BiPredicate<Account, String> check) {
        remoteRoutes.whenStreamEnds(this::checkSoon);
        clock = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("rejoin-clock").daemon().factory());
        long every = Math.clamp(settings.get().retry().toMillis() / 4, 100, 1000);
        clock.scheduleWithFixedDelay(() -> rounds.forEach((domain, round) -> {
            if (round.due - System.nanoTime() > 0) return;
            rounds.computeIfPresent(domain, (_, r) -> r.accounts.isEmpty() ? null : r.at(in(settings.get().check())));
            for (Jid account : round.accounts) check(account, domain, round, check);
        }), every, every, TimeUnit.MILLISECONDS);
    }

    private void check(Jid jid, String domain, Round round, BiPredicate<Account, String> check) {
        directory.tell(jid, Credit.UNLIMITED,
                account -> { if (!check.test(account, domain)) round.accounts.remove(jid); });
    }

    void stop() { if (clock != null) clock.shutdownNow(); }
}
