package im.martlet.session;

import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The typed state that extensions keep for an account or a session. It has the thread rule of its owner. */
public abstract class Slots {
    /** The name and type of a slot. The extension that owns the slot declares its key once, as a constant. */
    public static final class Key<T> {
        private final String name;
        private final Supplier<T> initial;

        private Key(String name, Supplier<T> initial) {
            this.name = name;
            this.initial = initial;
        }

        /** Returns the key of a slot that is empty until a value is put into it. */
        public static <T> Key<T> empty(String name) {
            return new Key<>(name, () -> { throw new IllegalStateException("the slot " + name + " is empty"); });
        }

        /** Returns the key of a slot that gets its initial value when it is first read. */
        public static <T> Key<T> of(String name, Supplier<T> initial) {
            return new Key<>(name, initial);
        }

        @Override public String toString() { return name; }
    }

    private @Nullable Map<Key<?>, Object> slots; // created when needed, because most sessions have few

    @SuppressWarnings("unchecked") // put() is the only way in, and it keeps key and value together
    public final <T> T get(Key<T> key) {
        if (slots == null) slots = new IdentityHashMap<>(4);
        return (T) slots.computeIfAbsent(key, k -> ((Key<T>) k).initial.get());
    }

    /**
     * Returns the value of a slot, or its first value, which is not stored. For slots that most sessions do not use.
     */
    @SuppressWarnings("unchecked") public final <T> T peek(Key<T> key) {
        var value = slots == null ? null : (T) slots.get(key);
        return value == null ? key.initial.get() : value;
    }

    /** Returns the value of a slot. If it is empty, stores the result of {@code make}, which may fail and run again. */
    @SuppressWarnings("unchecked") public final <T> T get(Key<? super T> key, Supplier<? extends T> make) {
        if (slots == null) slots = new IdentityHashMap<>(4);
        var value = (T) slots.get(key);
        if (value == null) slots.put(key, value = make.get());
        return value;
    }

    /** Clears all slots. */
    final void clear() { slots = null; }

    public final <T> void put(Key<T> key, T value) {
        if (slots == null) slots = new IdentityHashMap<>(4);
        slots.put(key, value);
    }
}
