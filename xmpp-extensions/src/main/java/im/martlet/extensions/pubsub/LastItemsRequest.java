package im.martlet.extensions.pubsub;

import im.martlet.stanza.Presence;
import im.martlet.storage.key.LogId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * The items that a client wants when it comes online. Pure.
 *
 * @param nodes the nodes that the client is interested in
 * @param after the log id after which the client wants all items, not only the newest (XEP-0312);
 * {@link Long#MAX_VALUE} for only the newest
 */
record LastItemsRequest(Set<String> nodes, long after) {
    private static final String AGO = "urn:xmpp:ago:0";
    private static final Duration SKEW = Duration.ofMinutes(5); // XEP-0312 §2 rule 4
    private static final int MOST_DIGITS = 10;

    /** Requests the newest item of each node. */
    static LastItemsRequest newest(Set<String> nodes) {
        return new LastItemsRequest(nodes, Long.MAX_VALUE);
    }

    /** Reads the request from a client's presence. Ignores an 'ago' that is not a number. */
    static LastItemsRequest of(Presence presence, Set<String> nodes) {
        return presence.child(AGO, "ago").flatMap(ago -> ago.attribute("secs")).flatMap(LastItemsRequest::seconds)
                .map(ago -> new LastItemsRequest(nodes, LogId.first(Instant.now().minusSeconds(ago).minus(SKEW))))
                .orElse(newest(nodes));
    }

    private static Optional<Long> seconds(String text) {
        return text.isEmpty() || text.length() > MOST_DIGITS || !text.chars().allMatch(c -> c >= '0' && c <= '9')
                ? Optional.empty() : Optional.of(Long.parseLong(text));
    }

    boolean wantsOlderItems() { return after != Long.MAX_VALUE; }
}
