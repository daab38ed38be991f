package im.martlet.storage.log;

import im.martlet.storage.key.AccountKey;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** What consumers beyond this server are to hear of, until they have; it is put in through the {@link Journal}. */
public interface Outbox {
    /**
     * Something that waits for a consumer.
     *
     * @param addressee for whom the consumer is to take it; 0 for itself
     * @param note of whoever put it in
     * @param attempts how often it was tried in vain
     */
    record Item(long id, AccountKey account, long addressee, long entry, String note, int attempts) {}

    /**
     * What is due for a consumer, the oldest first; for each addressee nothing behind what it could not take, until
     * that is due.
     *
     * @param except nothing for these addressees
     */
    List<Item> due(String consumer, Instant now, Collection<Long> except, int limit);

    /** When the next is due for a consumer, or was; empty when nothing waits. */
    Optional<Instant> next(String consumer, Collection<Long> except);

    /** The consumer has it. */
    void done(Item item);

    /** The consumer could not take it: again, later. */
    void postpone(Item item, Instant due);

    long count(String consumer);

    /** What waits for one addressee. */
    long count(String consumer, long addressee);
}
