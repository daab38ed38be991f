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

/** When which domains' rooms are asked, and for whom. Any thread. */
@Singleton
final class RejoinSchedule {
    /**
     * How accounts are kept in rooms of other servers.
     *
     * @param enabled whether they are
     * @param check how often each room is asked whether it still knows a device
     * @param retry how soon after a stream has ended, or a room could not be asked
     */
    record Settings(@Default("true") boolean enabled, @Reloadable @Default("\"15m\"") @Range(min = 1) Duration check,
            @Reloadable @Default("\"10s\"") @Range(min = 1) Duration retry) {}

    /** @param due in System.nanoTime */
    private record Round(Set<Jid> accounts, long due) {
        Round at(long due) { return new Round(accounts, due); }
    }

    private final ConcurrentHashMap<String, Round> rounds = new ConcurrentHashMap<>(); // by domain
    private final AccountDirectory directory;
    private final RemoteRoutes outside;
    private final Supplier<Settings> settings;
    private @Nullable ScheduledExecutorService clock;

    @Inject RejoinSchedule(AccountDirectory directory, RemoteRoutes outside, Supplier<Settings> settings) {
        this.directory = directory;
        this.outside = outside;
        this.settings = settings;
    }

    boolean isEnabled() { return settings.get().enabled(); }

    /** A device of an account is in a room of a domain. */
    void note(String domain, Jid account) {
        rounds.compute(domain, (_, known) -> {
            var round = known != null ? known : new Round(ConcurrentHashMap.newKeySet(), in(settings.get().check()));
            round.accounts.add(account);
            return round;
        });
    }

    /** The rooms of a domain are to be asked before long. */
    void soon(String domain) {
        rounds.computeIfPresent(domain, (_, round) -> {
            long due = in(settings.get().retry());
            return due - round.due < 0 ? round.at(due) : round;
        });
    }

    private static long in(Duration pause) { return System.nanoTime() + pause.toNanos(); }

    /**
     * @param look asks the rooms of a domain about an account, on its mailbox, and answers whether it is in any there
     */
    void start(BiPredicate<Account, String> look) {
        outside.whenStreamEnds(this::soon);
        clock = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("rejoin-clock").daemon().factory());
        long every = Math.clamp(settings.get().retry().toMillis() / 4, 100, 1000);
        clock.scheduleWithFixedDelay(() -> rounds.forEach((domain, round) -> {
            if (round.due - System.nanoTime() > 0) return;
            rounds.computeIfPresent(domain, (_, r) -> r.accounts.isEmpty() ? null : r.at(in(settings.get().check())));
            for (Jid account : round.accounts) look(account, domain, round, look);
        }), every, every, TimeUnit.MILLISECONDS);
    }

    private void look(Jid account, String domain, Round round, BiPredicate<Account, String> look) {
        directory.tell(account, Credit.UNLIMITED,
                there -> { if (!look.test(there, domain)) round.accounts.remove(account); });
    }

    void stop() { if (clock != null) clock.shutdownNow(); }
}
