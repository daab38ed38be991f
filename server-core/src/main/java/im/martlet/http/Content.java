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
 * Something to download, in one piece or from any place on (RFC 9110 §13, §14).
 *
 * @param length in bytes
 * @param type its media type
 * @param tag changes when it does: any text without quotes
 * @param modified when it last did
 * @param opening how it is read
 */
public record Content(long length, String type, String tag, Instant modified, Source opening) {
    /** Reads something from a place on. */
    @FunctionalInterface
    public interface Source {
        /** @param from the first byte that is wanted, counted from 0; the stream is closed as soon as enough is read */
        InputStream from(long from) throws IOException;
    }

    private record Range(long first, long last) {}

    private static final Pattern RANGE = Pattern.compile("bytes\\s*=\\s*(\\d{0,18})-(\\d{0,18})");
    private static final int AT_ONCE = 64 * 1024;
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT); // two digits for the day, unlike the JDK's (§5.6.7)

    /**
     * The whole of it, the part that is asked for, or that nothing has changed. Of several parts at once, the whole
     * (§14.2).
     */
    public Response answer(Request request) {
        var common = Response.empty(200).with("ETag", quoted()).with("Accept-Ranges", "bytes")
                .with("Last-Modified", DATE.format(modified.atOffset(ZoneOffset.UTC)));
        var preconditions = new Preconditions(quoted(), modified);
        var unwanted = preconditions.status(request);
        if (unwanted.isPresent()) return new Response(unwanted.get(), common.headers(), common.body());
        var wanted = request.header("Range").filter(_ -> preconditions.rangeHolds(request)).map(RANGE::matcher)
                .filter(m -> m.matches());
        if (wanted.isEmpty()) return part(200, common, new Range(0, length - 1));
        return range(wanted.get().group(1), wanted.get().group(2))
                .map(r -> part(206, common.with("Content-Range", "bytes " + r.first + "-" + r.last + "/" + length), r))
                .orElseGet(() -> Response.text(416, "it has " + length + " bytes").with("Content-Range",
                        "bytes */" + length));
    }

    private String quoted() { return '"' + tag + '"'; }

    /** Empty when there is no such part. */
    private Optional<Range> range(String first, String last) {
        if (first.isEmpty() && last.isEmpty()) return Optional.empty();
        var range = first.isEmpty() ? new Range(Math.max(0, length - Long.parseLong(last)), length - 1) // the last so many
                : new Range(Long.parseLong(first),
                        last.isEmpty() ? length - 1 : Math.min(length - 1, Long.parseLong(last)));
        return range.first > range.last ? Optional.empty() : Optional.of(range);
    }

    private Response part(int status, Response common, Range range) {
        long wanted = range.last - range.first + 1;
        var body = new Response.Body.Streamed(wanted, out -> {
            try (var in = opening.from(range.first)) {
                var buffer = new byte[(int) Math.min(AT_ONCE, Math.max(1, wanted))];
                for (long left = wanted; left > 0;) {
                    int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                    if (read < 0) throw new IOException("it is shorter than was said");
                    out.write(buffer, 0, read);
                    left -= read;
                }
            }
        });
        return new Response(status, common.with("Content-Type", type).headers(), body);
    }
}
