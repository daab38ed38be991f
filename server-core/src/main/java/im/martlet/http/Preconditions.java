package im.martlet.http;

import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Checks the preconditions of a request against the current content (RFC 9110 §13).
 *
 * @param tag the tag of the current content, in quotes
 * @param modified the time of its last change
 */
record Preconditions(String tag, Instant modified) {
    /**
     * Checks the preconditions in their order (§13.2.2). Returns 412 if the content must be unchanged and is not, 304
     * if the client has the current content, and empty if the client gets the content.
     */
    Optional<Integer> status(Request request) {
        var match = request.header("If-Match");
        if (match.isPresent() ? !contain(match.get(), false)
                : date(request, "If-Unmodified-Since").filter(this::changedSince).isPresent())
            return Optional.of(412);
        var none = request.header("If-None-Match");
        boolean unchanged = none.isPresent() ? contain(none.get(), true)
                : date(request, "If-Modified-Since").filter(date -> !changedSince(date)).isPresent();
        return unchanged ? Optional.of(304) : Optional.empty();
    }

    /**
     * Returns whether a part of the current content fits the parts that the client has (§13.1.5). A date proves that
     * only if it equals the date of the content.
     */
    boolean rangeHolds(Request request) {
        var condition = request.header("If-Range").map(String::strip);
        return condition.isEmpty() || condition.get().equals(tag)
                || date(request, "If-Range").filter(modified.truncatedTo(ChronoUnit.SECONDS)::equals).isPresent();
    }

    private boolean changedSince(Instant date) { return modified.truncatedTo(ChronoUnit.SECONDS).isAfter(date); }

    /** Returns the date in a header; empty if the header is missing or no date, which both set no condition. */
    private static Optional<Instant> date(Request request, String header) {
        try {
            return request.header(header)
                    .map(text -> ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** @param weak whether weak tags count too (§8.8.3.2) */
    private boolean contain(String tags, boolean weak) {
        if (tags.strip().equals("*")) return true;
        for (String one : tags.split(","))
            if (one.strip().equals(tag) || weak && one.strip().equals("W/" + tag)) return true;
        return false;
    }
}
