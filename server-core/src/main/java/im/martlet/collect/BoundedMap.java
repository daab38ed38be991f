package im.martlet.collect;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A map that drops its eldest entry when it grows beyond its bound. For one thread, like every {@link LinkedHashMap}.
 */
public final class BoundedMap<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1;

    private final int maxSize;

    private BoundedMap(int maxSize, boolean accessOrder) {
        super(16, 0.75f, accessOrder);
        this.maxSize = maxSize;
    }

    /** Returns an empty map that drops the entry that was inserted first. */
    public static <K, V> Map<K, V> byInsertion(int maxSize) {
        return new BoundedMap<>(maxSize, false);
    }

    /** Returns an empty map that drops the entry that was read or written least recently. */
    public static <K, V> Map<K, V> byAccess(int maxSize) {
        return new BoundedMap<>(maxSize, true);
    }

    /** Returns an empty set that drops the element that was inserted first. */
    public static <T> Set<T> set(int maxSize) {
        return Collections.newSetFromMap(byInsertion(maxSize));
    }

    @Override protected boolean removeEldestEntry(Map.Entry<K, V> eldest) { return size() > maxSize; }
}
