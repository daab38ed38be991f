package im.martlet.routing;

import jakarta.inject.Provider;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One of two things that need each other, asked for when it is needed first, and not again: that costs as much as
 * routing a stanza does. Any thread; two that ask at once may get two, so there must be no harm in that.
 */
final class LazyProvider<T> implements Supplier<T> {
    private final Provider<T> provider;
    private volatile @Nullable T found;

    LazyProvider(Provider<T> provider) { this.provider = provider; }

    @Override public T get() {
        var known = found;
        if (known != null) return known;
        var made = provider.get();
        found = made;
        return made;
    }
}
