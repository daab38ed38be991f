package im.martlet.storage.pubsub;

import im.martlet.address.Jid;
import java.util.List;
import java.util.Optional;

/** Who is told of what happens at {@link Nodes} (XEP-0060 §4.2). An address has one subscription to a node at most. */
public interface NodeSubscriptions {
    enum Status { PENDING, UNCONFIGURED, SUBSCRIBED }

    /**
     * A subscription.
     *
     * @param subscriber bare or full
     * @param id that the server has given it
     * @param options as whoever serves the node writes them
     */
    record Subscription(Jid subscriber, String id, Status status, String options) {}

    /** A subscription to a node. */
    record To(String node, Subscription subscription) {}

    Optional<Subscription> of(long node, Jid subscriber);

    /** How many a node has. */
    int count(long node);

    /** In the order of addresses. */
    List<Subscription> all(long node);

    void put(long node, Subscription subscription);

    /** Answers whether there was one. */
    boolean remove(long node, Jid subscriber);

    /** Those of somebody, with any resource, to nodes of an owner; at most {@code limit} of them. */
    List<To> across(Nodes.Owner owner, Jid entity, int limit);
}
