package im.martlet.routing;

import jakarta.inject.Provider;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Provides an object that must be created later, because two objects need each other. Asks the provider once and
 * remembers the object, because asking costs as much as routing a stanza. Any thread. Two threads that ask at the same
 * time may get two objects, so a second object must do no harm.
 */
final class LazyProvider<T> implements Supplier<T> {
    private final Provider<T> provider;
    private volatile @Nullable T value;

    LazyProvider(Provider<T> provider) { this.provider = provider; }

    @Override public T get() {
        var existing = value;
        if (existing != null) return existing;
        var created = provider.get();
        value = created;
        return created;
    }
}
