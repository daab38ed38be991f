package im.martlet.extensions.muc.wire;

import im.martlet.stanza.Presence;
import im.martlet.xml.Element;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * A request to enter a room (XEP-0045 §7.2).
 *
 * @param password the password of the room, if the client sent one
 * @param most the largest number of past messages to send
 * @param characters the largest total size of these messages
 * @param since milliseconds since 1970; older messages are not sent
 */
public record JoinRequest(Optional<String> password, int most, long characters, long since) {
    /** Returns the request in a presence; empty when there is none. */
    public static Optional<JoinRequest> in(Presence presence) {
        return presence.child(MucXml.NS, "x").map(JoinRequest::read);
    }

    private static JoinRequest read(Element x) {
        var history = x.child("history");
        long seconds = history.flatMap(h -> number(h, "seconds"))
                .map(s -> Instant.now().toEpochMilli() - Math.min(s, Integer.MAX_VALUE) * 1000).orElse(0L);
        long since = history.flatMap(h -> h.attribute("since")).map(JoinRequest::time).orElse(0L);
        return new JoinRequest(x.childText("password"),
                history.flatMap(h -> number(h, "maxstanzas")).map(n -> (int) Math.min(n, Integer.MAX_VALUE))
                        .orElse(Integer.MAX_VALUE),
                history.flatMap(h -> number(h, "maxchars")).orElse(Long.MAX_VALUE), Math.max(seconds, since));
    }

    /** Returns the number in an attribute; empty when the text is not a number, as if it were absent. */
    private static Optional<Long> number(Element history, String name) {
        return history.attribute(name)
                .filter(n -> n.length() < 18 && !n.isEmpty() && n.chars().allMatch(c -> c >= '0' && c <= '9'))
                .map(Long::parseLong);
    }

    private static long time(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant().toEpochMilli();
        } catch (DateTimeParseException e) {
            return 0;
        }
    }
}
