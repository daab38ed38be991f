package im.martlet.storage;

import java.util.Optional;

/** The card of an account (XEP-0054), as XML. */
public interface VCards {
    Optional<String> get(AccountKey account);

    void put(AccountKey account, String xml);
}
