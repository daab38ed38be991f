package im.martlet.storage.account;

import java.util.Optional;
import java.util.Set;

/**
 * The features of clients, by the hash that they announce (XEP-0115), so that the server asks each kind of client once.
 */
public interface Capabilities {
    /**
     * An announced hash.
     *
     * @param algorithm the name in the registry of hash functions, such as {@code sha-1}
     */
    record Hash(String algorithm, String value) {}

    Optional<Set<String>> features(Hash hash);

    /** Stores features that were verified against the hash; an existing entry stays. */
    void put(Hash hash, Set<String> features);
}
