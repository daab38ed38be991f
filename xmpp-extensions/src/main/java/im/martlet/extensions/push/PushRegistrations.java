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
import im.martlet.storage.push.PushServices.Service;
import im.martlet.storage.push.PushServices.Wish;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which services an account has enabled. On its mailbox, but for what is said of a service that was tried. */
@Singleton
final class PushRegistrations {
    private static final Slots.Key<List<Service>> SERVICES = Slots.Key.empty("push.services"); // as they are in the database

    /** How often something was put into the outbox for each of them. */
    private static final Slots.Key<Map<Long, Integer>> PUT = Slots.Key.of("push.put", HashMap::new);
    private static final int LOOKED_AFTER = 100;
    private static final int MOST_WITHOUT = 100_000;
    private static final int MOST_WAITING = 1000; // for one service, and a few more

    private final PushServices store;
    private final Outbox outbox;
    private final AccountDirectory directory;
    private final InstantSource clock;
    /** So that not each message of a room wakes every account that belongs to it. */
    private final Cache<Jid, Boolean> none = Caffeine.newBuilder().maximumSize(MOST_WITHOUT).build();

    @Inject PushRegistrations(PushServices store, Outbox outbox, AccountDirectory directory, InstantSource clock) {
        this.store = store;
        this.outbox = outbox;
        this.directory = directory;
        this.clock = clock;
    }

    /** Whether an account may have enabled something; false when it is known that it has not. Any thread. */
    boolean mayHave(Jid account) {
        return none.getIfPresent(account) == null;
    }

    /** It is known now that an account has enabled nothing. On its mailbox. */
    void noneFor(Jid account) {
        none.put(account, true);
    }

    List<Service> of(Account account) { return account.get(SERVICES, () -> store.list(account.existingKey())); }

    void enable(Account account, Wish wish, int most) {
        store.enable(account.existingKey(), wish, clock.instant(), most);
        none.invalidate(account.jid());
        readAgain(account);
    }

    int disable(Account account, Jid service, Optional<String> node) {
        int disabled = store.disable(account.existingKey(), service, node);
        if (disabled > 0) readAgain(account);
        return disabled;
    }

    private void readAgain(Account account) { account.put(SERVICES, store.list(account.existingKey())); }

    /**
     * Whether more may be put into the outbox for a service; it is looked at now and then, as what waits for who is not
     * here is bounded anyway.
     */
    boolean hasRoom(Account account, Service service) {
        int put = account.get(PUT).merge(service.id(), 1, Integer::sum);
        if (put % LOOKED_AFTER != 0) return true;
        boolean room = outbox.count(NotificationPolicy.OUTBOX, service.id()) < MOST_WAITING;
        if (!room) account.get(PUT).put(service.id(), put - 1); // and again, with the next
        return room;
    }

    /** Which client a session is of: the id that it gives itself (XEP-0388), or else its resource. */
    static String device(Session session) {
        var id = session.link().details().client().id();
        return id.isEmpty() ? session.jid().resource() : id;
    }

    /** Whether a session is one of the client that has enabled a service. */
    static boolean isOf(Session session, Service service) {
        var device = service.wish().device();
        return device.equals(session.jid().resource()) || device.equals(session.link().details().client().id());
    }

    // ---- any thread, may block

    Optional<Service> find(long id) { return store.find(id); }

    void note(Service service, Health health) {
        store.note(service, health);
        changed(service);
    }

    /** @return false when it was enabled anew meanwhile */
    boolean remove(Service service) {
        boolean removed = store.remove(service);
        changed(service);
        return removed;
    }

    private void changed(Service service) {
        directory.tellLive(service.owner(), account -> { if (account.key().isPresent()) readAgain(account); });
    }
}
