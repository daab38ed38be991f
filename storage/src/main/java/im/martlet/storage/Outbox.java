package im.martlet.storage;

import java.time.Instant;
import java.util.List;

/** What consumers beyond this server are to hear of, until they have; it is filled through the {@link Journal}. */
public interface Outbox {
    /** @param attempts how often it was tried in vain */
    record Item(long id, AccountKey account, long entry, int attempts) {}

    /** What is due for a consumer, the oldest first. */
    List<Item> due(String consumer, Instant now, int limit);

    /** The consumer has it. */
    void done(Item item);

    /** The consumer could not take it: again, later. */
    void postpone(Item item, Instant due);

    long count(String consumer);
}
