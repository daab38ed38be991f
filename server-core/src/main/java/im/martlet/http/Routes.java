package im.martlet.http;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which route a path belongs to: the one that names it, or else the longest of those it is below, of which "/" is none.
 * Immutable.
 */
final class Routes {
    private record Place(Route.Door door, String path) {}

    private final Map<Place, Route> all = new HashMap<>();

    Routes(List<Route> routes) { for (Route route : routes) all.put(new Place(route.door(), route.path()), route); }

    Optional<Route> of(Route.Door door, String path) {
        var exact = all.get(new Place(door, path));
        if (exact != null) return Optional.of(exact);
        for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
            var below = all.get(new Place(door, path.substring(0, slash + 1)));
            if (below != null) return Optional.of(below);
        }
        return Optional.empty();
    }
}
