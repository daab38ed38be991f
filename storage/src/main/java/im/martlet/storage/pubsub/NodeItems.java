package im.martlet.storage.pubsub;

import im.martlet.address.Jid;
import im.martlet.storage.key.LogId;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The items that were published to {@link Nodes}. */
public interface NodeItems {
    /** The maximum number of items of one node that {@link #last} returns. */
    int INTERIM = 50;
    /** The size in bytes above which {@link #last} leaves out a payload. */
    int SMALL = 4096;

    /**
     * An item.
     *
     * @param place the position, which grows with each publication (see {@link LogId})
     * @param payload the XML; empty when there is none
     */
    record Item(String name, Jid publisher, long place, String payload) {}

    /** An item to publish. */
    record Fresh(String name, Jid publisher, String payload) {}

    /**
     * Selects items of a node.
     *
     * @param after the place before the first
     * @param before the place after the last
     * @param publisher the only publisher; with any resource if the address is bare
     * @param places the only places to return, unless empty
     */
    record Range(long after, long before, Optional<Jid> publisher, Set<Long> places) {
        public static final Range ALL = new Range(Long.MIN_VALUE, Long.MAX_VALUE);

        public Range(long after, long before) { this(after, before, Optional.empty(), Set.of()); }
    }

    /**
     * A recent item of an account's node, with the data that decides whether the reader may see it.
     *
     * @param account the bare address of the account
     * @param key the key of the node
     * @param config the configuration of the node
     * @param item the item, without its payload if that is {@code large}
     * @param large the size in bytes of a left-out payload, which {@link NodeItems#named} returns; 0 when the payload
     * is here
     * @param groups the groups of the account's roster that contain the reader
     * @param seesPresence whether the reader is subscribed to the account's presence
     * @param affiliation the reader's affiliation, if there is one
     */
    record Last(Jid account, long key, String node, String config, Item item, int large, Set<String> groups,
            boolean seesPresence, Optional<String> affiliation) {}

    /**
     * The result of a publication.
     *
     * @param items the new items
     * @param dropped the names of the oldest items, which were deleted
     */
    record Published(List<Item> items, List<String> dropped) {}

    /** Publishes items to a node, in place of items of the same names; keeps only the {@code keep} newest of all. */
    Published publish(long node, List<Fresh> items, int keep);

    /** Deletes items; returns the names of those that existed. */
    List<String> retract(long node, Collection<String> names);

    /** Returns items in the order of places; the last ones of the range if {@code newest}. */
    List<Item> page(long node, Range range, int limit, boolean newest);

    /** Returns the items with these names, in the order of places. */
    List<Item> named(long node, Collection<String> names);

    /** Deletes the items with smaller places; all of them for {@link Long#MAX_VALUE}. */
    void forget(long node, long before);

    /**
     * Returns the newest items of some nodes of some accounts with one query; none of an account that has blocked the
     * reader. Of each node, returns the newest item, and those of the {@value #INTERIM} newest with a place above
     * {@code after}.
     *
     * @param after a place; {@link Long#MAX_VALUE} for the newest item only
     */
    List<Last> last(Collection<Jid> accounts, Collection<String> nodes, Jid reader, long after);
}
