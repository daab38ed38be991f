package im.martlet.storage.account;

import im.martlet.address.Jid;
import im.martlet.storage.key.AccountKey;
import java.util.List;
import java.util.Optional;

/** The users of a host that are listed in its directory (XEP-0055). */
public interface UserDirectory {
    /** The searchable data of a user; each field has at most 255 characters and is empty if not given. */
    record Entry(String first, String last, String nick, String email) {}

    record Found(Jid user, Entry entry) {}

    Optional<Entry> of(AccountKey account);

    void put(AccountKey account, Entry entry);

    void remove(AccountKey account);

    /**
     * Returns the users of a host that match.
     *
     * @param beginnings the first characters of each field, in any case; empty fields match everything
     */
    List<Found> search(String host, Entry beginnings, int limit);
}
