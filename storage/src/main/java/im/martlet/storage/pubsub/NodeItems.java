package im.martlet.storage.pubsub;

import im.martlet.address.Jid;
import im.martlet.storage.key.LogId;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What was published to {@link Nodes}. */
public interface NodeItems {
    /** How many items of one node {@link #last} answers at most. */
    int INTERIM = 50;
    /** Payloads of more bytes are not in the answer of {@link #last}. */
    int SMALL = 4096;

    /**
     * An item.
     *
     * @param place grows with each publication, see {@link LogId}
     * @param payload XML; empty when it has none
     */
    record Item(String name, Jid publisher, long place, String payload) {}

    /** An item that is to be published. */
    record Fresh(String name, Jid publisher, String payload) {}

    /**
     * Which items of a node.
     *
     * @param after only those with greater places
     * @param before only those with smaller places
     * @param publisher only what they have published; with any resource, when it has none
     * @param places only these, unless empty
     */
    record Range(long after, long before, Optional<Jid> publisher, Set<Long> places) {
        public static final Range ALL = new Range(Long.MIN_VALUE, Long.MAX_VALUE);

        public Range(long after, long before) { this(after, before, Optional.empty(), Set.of()); }
    }

    /**
     * A new item of a node of an account, and what decides whether somebody may have it.
     *
     * @param account bare address of the account
     * @param key by which the node is known
     * @param config of the node
     * @param item without its payload when that is {@code large}
     * @param large how many bytes the payload has that is to be asked for with {@link NodeItems#named}; 0 when it is
     * here
     * @param groups in which the account's roster has the reader
     * @param seesPresence whether the reader is subscribed to the account's presence
     * @param affiliation of the reader, if one was given
     */
    record Last(Jid account, long key, String node, String config, Item item, int large, Set<String> groups,
            boolean seesPresence, Optional<String> affiliation) {}

    /**
     * What a publication comes to.
     *
     * @param items that are there now
     * @param dropped names of the oldest, which are not there any more
     */
    record Published(List<Item> items, List<String> dropped) {}

    /**
     * Puts items into a node, in the place of those of the same names; of all, as many of the newest stay as are to be
     * kept.
     */
    Published publish(long node, List<Fresh> items, int keep);

    /** Takes items away; answers the names of those that were there. */
    List<String> retract(long node, Collection<String> names);

    /** In the order of places; the last ones of the range when {@code newest}. */
    List<Item> page(long node, Range range, int limit, boolean newest);

    /** Those of the names that are there, in the order of places. */
    List<Item> named(long node, Collection<String> names);

    /** Takes away what has a smaller place: everything, before {@link Long#MAX_VALUE}. */
    void forget(long node, long before);

    /**
     * The newest items of some nodes of some accounts, in one question; none of an account that has blocked the reader.
     * Of each node the newest, and what is newer than {@code after} of the {@value #INTERIM} newest.
     *
     * @param after a place; {@link Long#MAX_VALUE} for the newest only
     */
    List<Last> last(Collection<Jid> accounts, Collection<String> nodes, Jid reader, long after);
}
