package im.martlet.extensions.push;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import im.martlet.address.Jid;
import im.martlet.session.Account;
import im.martlet.session.AccountDirectory;
import im.martlet.session.Session;
import im.martlet.session.Slots;
import im.martlet.storage.log.Outbox;
import im.martlet.storage.push.PushServices;
import im.martlet.storage.push.PushServices.Health;
import im.martlet.storage.push.PushServices.PushRegistration;
import im.martlet.storage.push.PushServices.Service;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The push services that accounts have enabled. Used on the account's mailbox, except by methods that name other
 * threads.
 */
@Singleton
final class PushRegistrations {
    private static final Slots.Key<List<Service>> SERVICES = Slots.Key.empty("push.services");

    /** The number of notifications that were enqueued, by the id of the registration. */
    private static final Slots.Key<Map<Long, Integer>> ENQUEUED = Slots.Key.of("push.enqueued", HashMap::new);
    private static final int CHECK_INTERVAL = 100; // notifications
    private static final int MOST_ACCOUNTS_WITHOUT = 100_000;
    private static final int MOST_WAITING = 1000; // notifications for one service, exceeded by at most the interval

    private final PushServices store;
    private final Outbox outbox;
    private final AccountDirectory directory;
    private final InstantSource clock;
    /** Accounts without a service. Saves loading every member of a room for each of its messages. */
    private final Cache<Jid, Boolean> without = Caffeine.newBuilder().maximumSize(MOST_ACCOUNTS_WITHOUT).build();

    @Inject PushRegistrations(PushServices store, Outbox outbox, AccountDirectory directory, InstantSource clock) {
        this.store = store;
        this.outbox = outbox;
        this.directory = directory;
        this.clock = clock;
    }

    /** Returns false if the account is known to have enabled no service, otherwise true. Any thread. */
    boolean mayHave(Jid account) {
        return without.getIfPresent(account) == null;
    }

    /** Notes that an account has enabled no service. */
    void noneFor(Jid account) {
        without.put(account, true);
    }

    List<Service> of(Account account) { return account.get(SERVICES, () -> store.list(account.existingKey())); }

    void enable(Account account, PushRegistration registration, int most) {
        store.enable(account.existingKey(), registration, clock.instant(), most);
        without.invalidate(account.jid());
        reload(account);
    }

    int disable(Account account, Jid service, Optional<String> node) {
        int disabled = store.disable(account.existingKey(), service, node);
        if (disabled > 0) reload(account);
        return disabled;
    }

    private void reload(Account account) { account.put(SERVICES, store.list(account.existingKey())); }

    /**
     * Returns whether one more notification may wait for a service. Counts only now and then, because the stored
     * messages of an offline account are bounded anyway.
     */
    boolean hasCapacity(Account account, Service service) {
        int enqueued = account.get(ENQUEUED).merge(service.id(), 1, Integer::sum);
        if (enqueued % CHECK_INTERVAL != 0) return true;
        boolean hasCapacity = outbox.count(NotificationPolicy.OUTBOX, service.id()) < MOST_WAITING;
        if (!hasCapacity) account.get(ENQUEUED).put(service.id(), enqueued - 1); // the next call counts again
        return hasCapacity;
    }

    /** Returns the device of a session: the id that the client chose (XEP-0388), or else its resource. */
    static String device(Session session) {
        var id = session.link().details().client().id();
        return id.isEmpty() ? session.jid().resource() : id;
    }

    /** Returns whether a session belongs to the device that enabled a service. */
    static boolean isOf(Session session, Service service) {
        var device = service.registration().device();
        return device.equals(session.jid().resource()) || device.equals(session.link().details().client().id());
    }

    // ---- any thread, may block

    Optional<Service> find(long id) { return store.find(id); }

    void note(Service service, Health health) {
        store.note(service, health);
        changed(service);
    }

    /** @return false if a client enabled the service again meanwhile */
    boolean remove(Service service) {
        boolean removed = store.remove(service);
        changed(service);
        return removed;
    }

    private void changed(Service service) {
        directory.tellLive(service.owner(), account -> { if (account.key().isPresent()) reload(account); });
    }
}
