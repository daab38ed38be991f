package im.martlet.storage.log;

import im.martlet.storage.key.AccountKey;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The durable queue of entries for consumers outside this server, such as push. The {@link Journal} adds the entries.
 */
public interface Outbox {
    /**
     * An entry that waits for a consumer.
     *
     * @param addressee the id of the addressee within the consumer; 0 for the consumer itself
     * @param note free text from the part that added the entry
     * @param attempts the number of failed attempts
     */
    record Item(long id, AccountKey account, long addressee, long entry, String note, int attempts) {}

    /**
     * Returns the due entries for a consumer, the oldest first. Returns nothing of an addressee behind a postponed
     * entry, until that one is due.
     *
     * @param except the addressees to leave out
     */
    List<Item> due(String consumer, Instant now, Collection<Long> except, int limit);

    /** Returns the time at which the next entry is or was due for a consumer; empty when none waits. */
    Optional<Instant> next(String consumer, Collection<Long> except);

    /** Removes an entry that the consumer has taken. */
    void done(Item item);

    /** Postpones an entry that the consumer could not take. */
    void postpone(Item item, Instant due);

    long count(String consumer);

    /** Returns the number of entries that wait for one addressee. */
    long count(String consumer, long addressee);
}
