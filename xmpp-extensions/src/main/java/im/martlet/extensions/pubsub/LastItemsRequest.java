package im.martlet.extensions.pubsub;

import im.martlet.stanza.Presence;
import im.martlet.storage.key.LogId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * What a client that has come wants to be sent. Pure.
 *
 * @param nodes that it is interested in
 * @param after the place after which all items are wanted, and not only the newest (XEP-0312); {@link Long#MAX_VALUE}
 * for none
 */
record LastItemsRequest(Set<String> nodes, long after) {
    private static final String AGO = "urn:xmpp:ago:0";
    private static final Duration SKEW = Duration.ofMinutes(5); // §2 rule 4
    private static final int MOST_DIGITS = 10;

    static LastItemsRequest last(Set<String> nodes) { return new LastItemsRequest(nodes, Long.MAX_VALUE); }

    /** As the presence with which it comes says; a number that is none says nothing. */
    static LastItemsRequest of(Presence presence, Set<String> nodes) {
        return presence.child(AGO, "ago").flatMap(ago -> ago.attribute("secs")).flatMap(LastItemsRequest::seconds)
                .map(ago -> new LastItemsRequest(nodes, LogId.first(Instant.now().minusSeconds(ago).minus(SKEW))))
                .orElse(last(nodes));
    }

    private static Optional<Long> seconds(String text) {
        return text.isEmpty() || text.length() > MOST_DIGITS || !text.chars().allMatch(c -> c >= '0' && c <= '9')
                ? Optional.empty() : Optional.of(Long.parseLong(text));
    }

    boolean isForMore() { return after != Long.MAX_VALUE; }
}
