package im.martlet.config;

import java.util.Set;
import java.util.function.Supplier;

/**
 * The domains that are served here, prepared; they come and go while the server runs.
 *
 * @param current asked each time; its sets do not change
 */
public record Hosts(Supplier<Set<String>> current) {
    /** As they are now, in the order of the configuration; there is at least one. */
    public Set<String> names() {
        return current.get();
    }

    public boolean isLocal(String domain) { return names().contains(domain); }
}
