package im.martlet.extensions.abuse;

import im.martlet.address.Jid;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Who is on a blocklist. Any thread. */
@Singleton
public final class ListedAddresses {
    private static final int MOST = 200_000; // entries of one list

    private final ConcurrentHashMap<String, Set<String>> lists = new ConcurrentHashMap<>(); // by the list's name
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    @Inject ListedAddresses() {}

    /** Whether somebody, or everybody of their domain, is on a list. */
    public boolean has(Jid somebody) {
        if (lists.values().stream().allMatch(Set::isEmpty)) return false;
        String own = hash(somebody.bare().toString());
        String domain = hash(somebody.domain());
        return lists.values().stream().anyMatch(list -> list.contains(own) || list.contains(domain));
    }

    /** Has something done whenever somebody has come onto a list; it must not block. */
    public void whenAdded(Runnable listener) {
        listeners.add(listener);
    }

    /** How many are on each list. */
    Map<String, Integer> sizes() {
        var sizes = new java.util.TreeMap<String, Integer>();
        lists.forEach((name, list) -> sizes.put(name, list.size()));
        return sizes;
    }

    /** A list is this, and nothing else. */
    void replace(String list, Collection<String> hashes) {
        var next = ConcurrentHashMap.<String>newKeySet();
        hashes.stream().limit(MOST).forEach(next::add);
        lists.put(list, next);
        listeners.forEach(Runnable::run);
    }

    void add(String list, String hash) {
        var known = lists.computeIfAbsent(list, _ -> ConcurrentHashMap.newKeySet());
        if (known.size() < MOST && known.add(hash)) listeners.forEach(Runnable::run);
    }

    void remove(String list, String hash) {
        lists.computeIfAbsent(list, _ -> ConcurrentHashMap.newKeySet()).remove(hash);
    }

    void clear(String list) { lists.remove(list); }

    /** As it is on lists. */
    static String hash(String address) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(address.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
