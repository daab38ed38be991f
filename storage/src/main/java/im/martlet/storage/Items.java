package im.martlet.storage;

import im.martlet.address.Jid;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What was published to {@link Nodes}. */
public interface Items {
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
     */
    record Range(long after, long before) {
        public static final Range ALL = new Range(Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /**
     * The newest item of a node of an account, and what decides whether somebody may have it.
     *
     * @param account bare address of the account
     * @param config of the node
     * @param groups in which the account's roster has the reader
     * @param seesPresence whether the reader is subscribed to the account's presence
     * @param affiliation of the reader, if one was given
     */
    record Last(Jid account, String node, String config, Item item, Set<String> groups, boolean seesPresence, Optional<String> affiliation) {}

    /** Puts items into a node, in the place of those of the same names; of all, as many of the newest stay as are to be kept. */
    List<Item> publish(long node, List<Fresh> items, int keep);

    /** Takes items away; answers the names of those that were there. */
    List<String> retract(long node, Collection<String> names);

    /** Takes all items away. */
    void purge(long node);

    /** In the order of places; the last ones of the range when {@code newest}. */
    List<Item> page(long node, Range range, int limit, boolean newest);

    /** Those of the names that are there, in the order of places. */
    List<Item> named(long node, Collection<String> names);

    /** Takes away what has a smaller place. */
    void forget(long node, long before);

    /** The newest items of some nodes of some accounts, in one question; none of an account that has blocked the reader. */
    List<Last> last(Collection<Jid> accounts, Collection<String> nodes, Jid reader);
}
