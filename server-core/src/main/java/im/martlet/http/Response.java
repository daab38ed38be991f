package im.martlet.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An answer that is sent, and that is it.
 *
 * @param headers by name; one of each
 */
public record Response(int status, Map<String, String> headers, Body body) implements HttpReply {
    /** What is sent behind the headers. */
    public sealed interface Body {
        record Bytes(byte[] bytes) implements Body {}

        /**
         * Written as it is read.
         *
         * @param length in bytes; -1 when it is not known beforehand
         */
        record Streamed(long length, Writer writer) implements Body {}
    }

    /** Writes a body. */
    @FunctionalInterface
    public interface Writer {
        /** @param out takes bytes as fast as the client does; fails when that is not fast enough */
        void write(OutputStream out) throws IOException;
    }

    public Response { headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers)); }

    public static Response empty(int status) { return new Response(status, Map.of(), new Body.Bytes(new byte[0])); }

    public static Response of(String type, byte[] body) {
        return new Response(200, Map.of("Content-Type", type), new Body.Bytes(body));
    }

    public static Response of(String type, String body) {
        return of(type + "; charset=utf-8", body.getBytes(StandardCharsets.UTF_8));
    }

    /** A sentence for people. */
    public static Response text(int status, String sentence) {
        return new Response(status, Map.of("Content-Type", "text/plain; charset=utf-8"),
                new Body.Bytes((sentence + "\n").getBytes(StandardCharsets.UTF_8)));
    }

    /** This response with a header, in place of one of the same name. */
    public Response with(String header, String value) {
        var more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Response(status, more, body);
    }
}
