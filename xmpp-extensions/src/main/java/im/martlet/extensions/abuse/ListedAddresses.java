package im.martlet.extensions.abuse;

import im.martlet.address.Jid;
import im.martlet.digest.Sha;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** The addresses and domains on blocklists, as hashes. Any thread. */
@Singleton
public final class ListedAddresses {
    private static final int MOST = 200_000; // entries of one list

    private final ConcurrentHashMap<String, Set<String>> lists = new ConcurrentHashMap<>(); // hashes, by name of list
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    @Inject ListedAddresses() {}

    /** Returns whether the bare address, or its domain, is on a list. */
    public boolean has(Jid address) {
        if (lists.values().stream().allMatch(Set::isEmpty)) return false;
        String own = hash(address.bare().toString());
        String domain = hash(address.domain());
        return lists.values().stream().anyMatch(list -> list.contains(own) || list.contains(domain));
    }

    /** Registers a listener that runs each time a list gets a new entry. It must not block. */
    public void whenAdded(Runnable listener) {
        listeners.add(listener);
    }

    /** Returns the number of entries of each list, by name of list. */
    Map<String, Integer> sizes() {
        var sizes = new java.util.TreeMap<String, Integer>();
        lists.forEach((name, list) -> sizes.put(name, list.size()));
        return sizes;
    }

    /** Replaces all entries of a list. Entries beyond the limit are ignored. */
    void replace(String list, Collection<String> hashes) {
        var next = ConcurrentHashMap.<String>newKeySet();
        hashes.stream().limit(MOST).forEach(next::add);
        lists.put(list, next);
        listeners.forEach(Runnable::run);
    }

    void add(String list, String hash) {
        var hashes = lists.computeIfAbsent(list, _ -> ConcurrentHashMap.newKeySet());
        if (hashes.size() < MOST && hashes.add(hash)) listeners.forEach(Runnable::run);
    }

    void remove(String list, String hash) {
        lists.computeIfAbsent(list, _ -> ConcurrentHashMap.newKeySet()).remove(hash);
    }

    void clear(String list) { lists.remove(list); }

    /** Returns the SHA-256 of an address in hexadecimal: the form of entries on lists. */
    static String hash(String address) {
        return Sha.SHA_256.hex(address);
    }
}
