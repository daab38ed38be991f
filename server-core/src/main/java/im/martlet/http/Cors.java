package im.martlet.http;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The rights of web pages of other origins (Fetch standard, §3.2). The server reads no cookies, so all other origins
 * have the same rights.
 *
 * @param anybody whether any page may read the responses
 * @param headers the request headers that a page may send, beyond those that every page may send
 * @param exposed the response headers that a page may read, beyond those that every page may read
 */
public record Cors(boolean anybody, List<String> headers, List<String> exposed) {
    /** Only pages of the same origin. */
    public static final Cors NONE = new Cors(false, List.of(), List.of());
    /** All pages. */
    public static final Cors ANYBODY = new Cors(true, List.of("Content-Type"), List.of());

    private static final String DAY = "86400"; // seconds

    public Cors {
        headers = List.copyOf(headers);
        exposed = List.copyOf(exposed);
    }

    /** Returns a response with the headers that tell a browser the rights. */
    Response on(Response response) {
        if (!anybody) return response;
        var open = response.with("Access-Control-Allow-Origin", "*");
        return exposed.isEmpty() ? open : open.with("Access-Control-Expose-Headers", String.join(", ", exposed));
    }

    /** Returns the response to OPTIONS, for a browser's preflight request and for any other client. */
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
