package im.martlet.http;

import java.io.IOException;
import java.util.Set;

/**
 * A path at which an extension handles requests.
 *
 * @param front the entrance of the requests
 * @param path exactly this path, such as {@code "/bosh"}; a path that ends with "/", other than "/" itself, includes
 * all paths below it, except those of a route with a longer path
 * @param methods the allowed methods: GET includes HEAD and WebSockets; OPTIONS is always allowed
 * @param cors the rights of web pages of other origins
 * @param maxBytes the bytes that the body of a request may have
 * @param handler handles the requests
 */
public record Route(Front front, String path, Set<String> methods, Cors cors, long maxBytes, Handler handler) {
    /** The entrance of requests. */
    public enum Front {
        /** For all clients, with TLS or behind a reverse proxy. */
        PUBLIC,
        /** For programs on this machine only, without TLS. */
        LOCAL
    }

    /** Handles requests. */
    @FunctionalInterface
    public interface Handler {
        /**
         * Returns the reply to a request. Called on a virtual thread for each request, may block for any time.
         *
         * @throws HttpException to refuse the request
         * @throws IOException if the client is gone
         */
        HttpReply answer(Request request) throws IOException, InterruptedException;
    }

    public Route {
        if (!path.startsWith("/")) throw new IllegalArgumentException("the path '" + path + "' must begin with /");
        methods = Set.copyOf(methods);
    }

    /** Returns a route for GET requests of all clients. */
    public static Route get(String path, Cors cors, Handler handler) {
        return new Route(Front.PUBLIC, path, Set.of("GET"), cors, 0, handler);
    }

    /** Returns a route for GET requests of programs on this machine. */
    public static Route local(String path, Handler handler) {
        return new Route(Front.LOCAL, path, Set.of("GET"), Cors.NONE, 0, handler);
    }
}
