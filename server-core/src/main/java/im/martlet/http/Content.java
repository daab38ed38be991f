package im.martlet.http;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Content to download, whole or in part (RFC 9110 §13, §14).
 *
 * @param length the length in bytes
 * @param type the media type
 * @param tag a text without quotes that changes with the content
 * @param modified the time of the last change
 * @param source opens the content for reading
 */
public record Content(long length, String type, String tag, Instant modified, Source source) {
    /** Opens content for reading. */
    @FunctionalInterface
    public interface Source {
        /**
         * Opens the content. The caller closes the stream as soon as it has read enough.
         *
         * @param from the index of the first byte to read
         */
        InputStream from(long from) throws IOException;
    }

    private record Range(long first, long last) {}

    private static final Pattern RANGE = Pattern.compile("bytes\\s*=\\s*(\\d{0,18})-(\\d{0,18})");
    private static final int BUFFER_SIZE = 64 * 1024;
    private static final DateTimeFormatter DATE =
            // §5.6.7 needs two digits for the day, unlike the format of the JDK
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT);

    /**
     * Returns the content, the requested part of it, or the status that it has not changed. A request for several parts
     * gets the whole (§14.2).
     */
    public Response answer(Request request) {
        var common = Response.empty(200).with("ETag", quoted()).with("Accept-Ranges", "bytes")
                .with("Last-Modified", DATE.format(modified.atOffset(ZoneOffset.UTC)));
        var preconditions = new Preconditions(quoted(), modified);
        var failed = preconditions.status(request);
        if (failed.isPresent()) return new Response(failed.get(), common.headers(), common.body());
        var requested = request.header("Range").filter(_ -> preconditions.rangeHolds(request)).map(RANGE::matcher)
                .filter(m -> m.matches());
        if (requested.isEmpty()) return part(200, common, new Range(0, length - 1));
        return range(requested.get().group(1), requested.get().group(2))
                .map(r -> part(206, common.with("Content-Range", "bytes " + r.first + "-" + r.last + "/" + length), r))
                .orElseGet(() -> Response.text(416, "the content has only " + length + " bytes").with("Content-Range",
                        "bytes */" + length));
    }

    private String quoted() { return '"' + tag + '"'; }

    /** Returns the requested part; empty if the content lacks it. */
    private Optional<Range> range(String first, String last) {
        if (first.isEmpty() && last.isEmpty()) return Optional.empty();
        var range = first.isEmpty() ? new Range(Math.max(0, length - Long.parseLong(last)), length - 1) // from the end
                : new Range(Long.parseLong(first),
                        last.isEmpty() ? length - 1 : Math.min(length - 1, Long.parseLong(last)));
        return range.first > range.last ? Optional.empty() : Optional.of(range);
    }

    private Response part(int status, Response common, Range range) {
        long bytes = range.last - range.first + 1;
        var body = new Response.Body.Streamed(bytes, out -> {
            try (var in = source.from(range.first)) {
                var buffer = new byte[(int) Math.min(BUFFER_SIZE, Math.max(1, bytes))];
                for (long left = bytes; left > 0;) {
                    int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                    if (read < 0) throw new IOException("the content is shorter than its length");
                    out.write(buffer, 0, read);
                    left -= read;
                }
            }
        });
        return new Response(status, common.with("Content-Type", type).headers(), body);
    }
}
