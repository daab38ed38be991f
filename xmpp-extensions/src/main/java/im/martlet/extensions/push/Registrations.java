package im.martlet.extensions.push;

import im.martlet.session.Account;
import im.martlet.session.Directory;
import im.martlet.session.Session;
import im.martlet.session.Slots;
import im.martlet.storage.PushServices;
import im.martlet.storage.PushServices.Health;
import im.martlet.storage.PushServices.Service;
import im.martlet.storage.PushServices.Wish;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Which services an account has enabled. On its mailbox, but for what is said of a service that was tried. */
@Singleton
final class Registrations {
    private static final Slots.Key<List<Service>> SERVICES = Slots.Key.empty("push.services"); // as they are in the database

    private final PushServices store;
    private final Directory directory;
    private final InstantSource clock;

    @Inject Registrations(PushServices store, Directory directory, InstantSource clock) {
        this.store = store;
        this.directory = directory;
        this.clock = clock;
    }

    List<Service> of(Account account) { return account.get(SERVICES, () -> store.list(account.existingKey())); }

    void enable(Account account, Wish wish, int most) {
        store.enable(account.existingKey(), wish, clock.instant(), most);
        readAgain(account);
    }

    int disable(Account account, im.martlet.address.Jid service, Optional<String> node) {
        int disabled = store.disable(account.existingKey(), service, node);
        if (disabled > 0) readAgain(account);
        return disabled;
    }

    private void readAgain(Account account) { account.put(SERVICES, store.list(account.existingKey())); }

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
        store.note(service.id(), health);
        changed(service);
    }

    void remove(Service service) {
        store.remove(service.id());
        changed(service);
    }

    private void changed(Service service) { directory.tellLive(service.owner(), account -> { if (account.key().isPresent()) readAgain(account); }); }
}
