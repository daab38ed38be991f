package im.martlet.storage.account;

import im.martlet.address.Jid;
import im.martlet.storage.key.AccountKey;
import java.util.List;
import java.util.Optional;

/** Users who want to be found (XEP-0055). */
public interface UserDirectory {
    /** What others find somebody by; each at most 255 characters, empty for what they do not say. */
    record Entry(String first, String last, String nick, String email) {}

    record Found(Jid user, Entry entry) {}

    Optional<Entry> of(AccountKey account);

    void put(AccountKey account, Entry entry);

    void remove(AccountKey account);

    /**
     * Users of a host.
     *
     * @param beginnings with which what they say begins, whatever the case; empty ones do not matter
     */
    List<Found> search(String host, Entry beginnings, int limit);
}
