package im.martlet.config;

import java.util.Set;
import java.util.function.Supplier;

/**
 * The hosts of this server, as prepared domains. They may change while the server runs.
 *
 * @param current returns the current hosts; called each time; a set that it returned does not change
 */
public record Hosts(Supplier<Set<String>> current) {
    /** Returns the current hosts, at least one, in the order of the configuration. */
    public Set<String> names() {
        return current.get();
    }

    public boolean isLocal(String domain) { return names().contains(domain); }
}
