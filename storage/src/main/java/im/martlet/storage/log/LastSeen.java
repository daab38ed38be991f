package im.martlet.storage.log;

import im.martlet.storage.key.AccountKey;
import java.time.Instant;
import java.util.Optional;

/** The time at which an account's last session went away, and its last status text (XEP-0012 §4). */
public interface LastSeen {
    record Departure(Instant at, String status) {}

    Optional<Departure> of(AccountKey account);

    /**
     * Notes a departure and returns at once; it is visible from then on, and written soon. Does nothing when the
     * account has been deleted, because its sessions depart then, too.
     */
    void put(AccountKey account, Departure departure);
}
