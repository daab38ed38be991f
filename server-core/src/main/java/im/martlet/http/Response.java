package im.martlet.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A response to a request.
 *
 * @param status the status code
 * @param headers the headers by name, one of each name
 * @param body the body
 */
public record Response(int status, Map<String, String> headers, Body body) implements HttpReply {
    /** The body of a response. */
    public sealed interface Body {
        /** A body in memory. */
        record Bytes(byte[] bytes) implements Body {}

        /**
         * A body that is written while the client reads it.
         *
         * @param length the length in bytes; -1 if it is not known before
         * @param writer writes the body
         */
        record Streamed(long length, Writer writer) implements Body {}
    }

    /** Writes a body. */
    @FunctionalInterface
    public interface Writer {
        /** @param out accepts bytes as fast as the client reads; fails if the client reads too slowly */
        void write(OutputStream out) throws IOException;
    }

    public Response { headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers)); }

    /** Returns a response without a body. */
    public static Response empty(int status) {
        return new Response(status, Map.of(), new Body.Bytes(new byte[0]));
    }

    /** Returns a response with status 200 and a body of a media type. */
    public static Response of(String type, byte[] body) {
        return new Response(200, Map.of("Content-Type", type), new Body.Bytes(body));
    }

    /** Returns a response with status 200 and a text of a media type, in UTF-8. */
    public static Response of(String type, String body) {
        return of(type + "; charset=utf-8", body.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns a response with one sentence for people. */
    public static Response text(int status, String sentence) {
        return new Response(status, Map.of("Content-Type", "text/plain; charset=utf-8"),
                new Body.Bytes((sentence + "\n").getBytes(StandardCharsets.UTF_8)));
    }

    /** Returns this response with a header, which replaces one of the same name. */
    public Response with(String header, String value) {
        var more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Response(status, more, body);
    }
}
