package im.martlet.http;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What pages of other origins may do (Fetch standard, §3.2). Nobody's cookies are ever looked at here, so an origin is
 * let in or not, and it makes no difference which.
 *
 * @param anybody whether any page may see the answers
 * @param headers that a page may send beyond those that every page may
 * @param exposed headers of the answer that it may read beyond those that every page may
 */
public record Cors(boolean anybody, List<String> headers, List<String> exposed) {
    /** Only pages from here. */
    public static final Cors NONE = new Cors(false, List.of(), List.of());
    /** All pages. */
    public static final Cors ANYBODY = new Cors(true, List.of("Content-Type"), List.of());

    private static final String DAY = "86400"; // seconds

    public Cors {
        headers = List.copyOf(headers);
        exposed = List.copyOf(exposed);
    }

    /** Puts on an answer what a browser wants to know. */
    Response on(Response response) {
        if (!anybody) return response;
        var open = response.with("Access-Control-Allow-Origin", "*");
        return exposed.isEmpty() ? open : open.with("Access-Control-Expose-Headers", String.join(", ", exposed));
    }

    /** The answer to OPTIONS, whether it is a browser that asks beforehand or somebody who is curious. */
    Response preflight(Set<String> methods) {
        var allowed = new TreeSet<>(methods);
        allowed.add("OPTIONS");
        if (methods.contains("GET")) allowed.add("HEAD");
        var list = String.join(", ", allowed);
        var response = Response.empty(204).with("Allow", list);
        if (!anybody) return response;
        return response.with("Access-Control-Allow-Methods", list)
                .with("Access-Control-Allow-Headers", String.join(", ", headers)).with("Access-Control-Max-Age", DAY);
    }
}
