package im.martlet.storage.account;

import im.martlet.storage.key.AccountKey;
import java.util.Optional;

/** XML that clients keep on the server for themselves (XEP-0049), one element for each qualified name. */
public interface PrivateXml {
    Optional<String> get(AccountKey account, String namespace, String name);

    void put(AccountKey account, String namespace, String name, String xml);

    /** Bytes of XML (UTF-8) that an account keeps here. */
    long bytes(AccountKey account);
}
