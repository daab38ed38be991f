package im.martlet.storage.account;

import im.martlet.address.Jid;
import im.martlet.storage.key.AccountKey;
import java.util.Collection;
import java.util.Set;

/** The addresses that an account has blocked (XEP-0191). */
public interface Blocklists {
    Set<Jid> of(AccountKey account);

    void add(AccountKey account, Collection<Jid> blocked);

    void remove(AccountKey account, Collection<Jid> blocked);

    void clear(AccountKey account);
}
