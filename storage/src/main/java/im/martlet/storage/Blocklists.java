package im.martlet.storage;

import im.martlet.address.Jid;
import java.util.Collection;
import java.util.Set;

/** Addresses that an account does not want to hear from (XEP-0191). */
public interface Blocklists {
    Set<Jid> of(AccountKey account);

    void add(AccountKey account, Collection<Jid> blocked);

    void remove(AccountKey account, Collection<Jid> blocked);

    void clear(AccountKey account);
}
