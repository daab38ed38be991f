package im.martlet.routing;

import java.util.Set;

/** The domains that are served here, prepared. */
public record Hosts(Set<String> names) {
    public Hosts {
        names = Set.copyOf(names);
    }

    public boolean isLocal(String domain) { return names.contains(domain); }
}
