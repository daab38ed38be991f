package im.martlet.storage.account;

import im.martlet.storage.key.AccountKey;
import java.util.Optional;

/** The vCard of an account (XEP-0054), as XML. */
public interface VCards {
    Optional<String> get(AccountKey account);

    /**
     * Stores the vCard.
     *
     * @param photo the hash of the picture in it, if there is one
     */
    void put(AccountKey account, String xml, Optional<String> photo);

    /** Returns the hash of the picture in the vCard, if there is one. */
    Optional<String> photo(AccountKey account);
}
