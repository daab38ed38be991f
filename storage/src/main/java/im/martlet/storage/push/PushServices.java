package im.martlet.storage.push;

import im.martlet.address.Jid;
import im.martlet.storage.key.AccountKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The push services to notify when accounts miss messages (XEP-0357). */
public interface PushServices {
    /**
     * The registration that a client has asked for.
     *
     * @param service the address of the push service
     * @param node the node there, at most 1,000 characters; empty for none
     * @param options the form to send along, as XML; empty for none
     * @param device the client of the account: its own id, or its resource
     */
    record PushRegistration(Jid service, String node, String options, String device) {}

    /**
     * The state of deliveries to a service.
     *
     * @param disabledUntil the end of a pause after failures
     * @param failingSince the time of the first failure in the current series
     * @param failures the number of failures in a row
     * @param problem the last error, at most 1,000 characters; empty if there is none
     */
    record Health(Optional<Instant> disabledUntil, Optional<Instant> failingSince, int failures, String problem) {
        public static final Health GOOD = new Health(Optional.empty(), Optional.empty(), 0, "");
    }

    /**
     * An enabled service.
     *
     * @param id the id, which is the addressee in the outbox
     */
    record Service(long id, AccountKey account, Jid owner, PushRegistration registration, Instant enabled,
            Health health) {
        public boolean isDisabled(Instant now) { return health.disabledUntil.filter(now::isBefore).isPresent(); }
    }

    /**
     * Adds a service, or renews the one with the same address and node, which resets its health.
     *
     * @param most the maximum number of services for one account; the longest-enabled ones beyond it are deleted
     */
    void enable(AccountKey account, PushRegistration registration, Instant now, int most);

    /** Deletes the registrations at a service, or only the one of a node; returns their number. */
    int disable(AccountKey account, Jid service, Optional<String> node);

    /** Returns the services of an account, in the order in which they were first enabled. */
    List<Service> list(AccountKey account);

    Optional<Service> find(long id);

    /** Stores the health of a service; does nothing if it is gone, or was enabled anew since it was read. */
    void note(Service service, Health health);

    /**
     * Deletes a service.
     *
     * @return false when it was enabled anew since it was read, and so stays
     */
    boolean remove(Service service);
}
