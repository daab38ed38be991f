package im.martlet.http;

import java.util.Set;

/**
 * Where an extension answers requests.
 *
 * @param door at which it does
 * @param path exactly this one, such as {@code "/bosh"}; if it ends with "/", and is not only that, everything below it
 * that no longer path is for
 * @param methods that are allowed: GET includes HEAD, and OPTIONS needs no mention. A WebSocket is a GET
 * @param cors what pages of other origins may do there
 * @param largest bytes that the body of a request may have
 * @param handler who answers
 */
public record Route(Door door, String path, Set<String> methods, Cors cors, long largest, Handler handler) {
    /** Where requests come in. */
    public enum Door {
        /** For everybody, with TLS or behind a reverse proxy. */
        PUBLIC,
        /** For programs on this machine only, in the clear. */
        LOCAL
    }

    /** Answers requests. */
    @FunctionalInterface
    public interface Handler {
        /**
         * Called on a virtual thread for each request; may block, and take as long as it likes.
         *
         * @throws HttpException to answer with an error
         * @throws java.io.IOException when the client is gone
         */
        HttpReply answer(Request request) throws java.io.IOException, InterruptedException;
    }

    public Route {
        if (!path.startsWith("/")) throw new IllegalArgumentException("'" + path + "' is no path");
        methods = Set.copyOf(methods);
    }

    /** Something to read, for everybody. */
    public static Route get(String path, Cors cors, Handler handler) {
        return new Route(Door.PUBLIC, path, Set.of("GET"), cors, 0, handler);
    }

    /** Something to read, on this machine. */
    public static Route local(String path, Handler handler) {
        return new Route(Door.LOCAL, path, Set.of("GET"), Cors.NONE, 0, handler);
    }
}
