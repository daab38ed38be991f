package im.martlet.http;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the route of a path: the route with exactly this path, or else the one with the longest path above it, except
 * "/". Immutable.
 */
final class Routes {
    private record Entry(Route.Front front, String path) {}

    private final Map<Entry, Route> all = new HashMap<>();

    Routes(List<Route> routes) { for (Route route : routes) all.put(new Entry(route.front(), route.path()), route); }

    Optional<Route> of(Route.Front front, String path) {
        var exact = all.get(new Entry(front, path));
        if (exact != null) return Optional.of(exact);
        for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
            var below = all.get(new Entry(front, path.substring(0, slash + 1)));
            if (below != null) return Optional.of(below);
        }
        return Optional.empty();
    }
}
