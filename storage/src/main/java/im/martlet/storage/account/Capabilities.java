package im.martlet.storage.account;

import java.util.Optional;
import java.util.Set;

/** What clients can do, by the hash that they announce (XEP-0115), so that nobody need be asked again. */
public interface Capabilities {
    /** @param algorithm as in the registry of hash functions, such as {@code sha-1} */
    record Hash(String algorithm, String value) {}

    Optional<Set<String>> features(Hash hash);

    /** Only for what was checked against the hash; the first that is put stays. */
    void put(Hash hash, Set<String> features);
}
