package im.martlet.storage.log;

import im.martlet.storage.key.AccountKey;
import java.time.Instant;
import java.util.Optional;

/** When an account's last session went away, and with which words (XEP-0012 §4). */
public interface LastSeen {
    record Departure(Instant at, String status) {}

    Optional<Departure> of(AccountKey account);

    /**
     * Notes a departure, and returns at once; it is known from then on, and written soon. Nothing happens when the
     * account has been deleted, as then its sessions depart too.
     */
    void put(AccountKey account, Departure departure);
}
