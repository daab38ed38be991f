package im.martlet.session;

import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Typed places where extensions keep what belongs to an account or a session. Has the thread of its owner. */
public abstract class Slots {
    /** A slot: declared once, as a constant of the extension that owns it. */
    public static final class Key<T> {
        private final String name;
        private final Supplier<T> initial;

        private Key(String name, Supplier<T> initial) {
            this.name = name;
            this.initial = initial;
        }

        /** A slot that is empty until something is put into it. */
        public static <T> Key<T> empty(String name) {
            return new Key<>(name, () -> { throw new IllegalStateException("nothing in " + name); });
        }

        /** A slot whose first value is made when it is first asked for. */
        public static <T> Key<T> of(String name, Supplier<T> initial) {
            return new Key<>(name, initial);
        }

        @Override public String toString() { return name; }
    }

    private @Nullable Map<Key<?>, Object> slots; // most sessions have few: made when needed

    @SuppressWarnings("unchecked") // put() is the only way in, and it keeps key and value together
    public final <T> T get(Key<T> key) {
        if (slots == null) slots = new IdentityHashMap<>(4);
        return (T) slots.computeIfAbsent(key, k -> ((Key<T>) k).initial.get());
    }

    /** What is in a slot; when nothing is, what {@code make} gives, which may fail and be tried again. */
    @SuppressWarnings("unchecked") public final <T> T get(Key<? super T> key, Supplier<? extends T> make) {
        if (slots == null) slots = new IdentityHashMap<>(4);
        var value = (T) slots.get(key);
        if (value == null) slots.put(key, value = make.get());
        return value;
    }

    /** Empties all slots. */
    final void clear() { slots = null; }

    public final <T> void put(Key<T> key, T value) {
        if (slots == null) slots = new IdentityHashMap<>(4);
        slots.put(key, value);
    }
}
