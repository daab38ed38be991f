package im.martlet.storage.push;

import im.martlet.address.Jid;
import im.martlet.storage.key.AccountKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Where accounts want to be notified of what they miss (XEP-0357). */
public interface PushServices {
    /**
     * What a client has asked for.
     *
     * @param service whom to tell
     * @param node there, at most 1,000 letters; empty for none
     * @param options a form that is sent along, as XML; empty for none
     * @param device which of the account's clients it was: the id that it gives itself, or its resource
     */
    record Wish(Jid service, String node, String options, String device) {}

    /**
     * How it goes.
     *
     * @param disabledUntil nothing is sent before that, because it failed
     * @param failingSince when the first of the last failures was
     * @param failures in a row
     * @param problem what was answered last that was no success, at most 1,000 letters; empty when all is well
     */
    record Health(Optional<Instant> disabledUntil, Optional<Instant> failingSince, int failures, String problem) {
        public static final Health GOOD = new Health(Optional.empty(), Optional.empty(), 0, "");
    }

    /** @param id its addressee in the outbox */
    record Service(long id, AccountKey account, Jid owner, Wish wish, Instant enabled, Health health) {
        public boolean isDisabled(Instant now) { return health.disabledUntil.filter(now::isBefore).isPresent(); }
    }

    /**
     * Adds one, or renews the one that has the same service and node: it is in good health then.
     *
     * @param most that the account may have; beyond it those go that were enabled the longest ago
     */
    void enable(AccountKey account, Wish wish, Instant now, int most);

    /** Takes those of a service away, or only the one of a node; answers how many. */
    int disable(AccountKey account, Jid service, Optional<String> node);

    /** Those of an account, in the order they were first enabled. */
    List<Service> list(AccountKey account);

    Optional<Service> find(long id);

    /**
     * Notes how it goes; one that is gone stays so, and of one that was enabled anew since it was read nothing is
     * known.
     */
    void note(Service service, Health health);

    /** Forgets it. @return false when it was enabled anew since it was read, and so stays */
    boolean remove(Service service);
}
