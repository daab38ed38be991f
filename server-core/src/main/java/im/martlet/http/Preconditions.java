package im.martlet.http;

import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Whether a client wants what it asks for, as it is now (RFC 9110 §13).
 *
 * @param tag of what it is now, in quotes
 * @param modified when it last was
 */
record Preconditions(String tag, Instant modified) {
    /**
     * In their order (§13.2.2): 412 when it is not what the client knows, 304 when it is; empty when the client is to
     * have it.
     */
    Optional<Integer> status(Request request) {
        var match = request.header("If-Match");
        if (match.isPresent() ? !names(match.get(), false)
                : date(request, "If-Unmodified-Since").filter(this::changedSince).isPresent())
            return Optional.of(412);
        var none = request.header("If-None-Match");
        boolean known = none.isPresent() ? names(none.get(), true)
                : date(request, "If-Modified-Since").filter(date -> !changedSince(date)).isPresent();
        return known ? Optional.of(304) : Optional.empty();
    }

    /**
     * Whether a part of it is still a part of what the client has the rest of (§13.1.5); a date proves it only when it
     * is the same.
     */
    boolean rangeHolds(Request request) {
        var given = request.header("If-Range").map(String::strip);
        return given.isEmpty() || given.get().equals(tag)
                || date(request, "If-Range").filter(modified.truncatedTo(ChronoUnit.SECONDS)::equals).isPresent();
    }

    private boolean changedSince(Instant date) { return modified.truncatedTo(ChronoUnit.SECONDS).isAfter(date); }

    /** Empty when it is no date: then it says nothing. */
    private static Optional<Instant> date(Request request, String header) {
        try {
            return request.header(header)
                    .map(text -> ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** @param weak whether tags that are only nearly the same count (§8.8.3.2) */
    private boolean names(String known, boolean weak) {
        if (known.strip().equals("*")) return true;
        for (String one : known.split(","))
            if (one.strip().equals(tag) || weak && one.strip().equals("W/" + tag)) return true;
        return false;
    }
}
