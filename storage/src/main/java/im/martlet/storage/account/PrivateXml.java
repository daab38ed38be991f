package im.martlet.storage.account;

import im.martlet.storage.key.AccountKey;
import java.util.Optional;

/** XML that clients store on the server for themselves (XEP-0049), one element for each qualified name. */
public interface PrivateXml {
    Optional<String> get(AccountKey account, String namespace, String name);

    void put(AccountKey account, String namespace, String name, String xml);

    /** Returns the bytes of XML (UTF-8) that an account has stored. */
    long bytes(AccountKey account);
}
