package im.martlet.storage.pubsub;

import im.martlet.address.Jid;
import java.util.List;
import java.util.Optional;

/** The subscriptions to {@link Nodes} (XEP-0060 §4.2). An address has at most one subscription to a node. */
public interface NodeSubscriptions {
    enum Status { PENDING, UNCONFIGURED, SUBSCRIBED }

    /**
     * A subscription.
     *
     * @param subscriber the address, bare or full
     * @param id the id from the server
     * @param options the options, in the format of the part that serves the node
     */
    record Subscription(Jid subscriber, String id, Status status, String options) {}

    /** A subscription to a node. */
    record To(String node, Subscription subscription) {}

    Optional<Subscription> of(long node, Jid subscriber);

    /** Returns the number of subscriptions to a node. */
    int count(long node);

    /** Returns the subscriptions to a node in the order of addresses. */
    List<Subscription> all(long node);

    void put(long node, Subscription subscription);

    /** Deletes a subscription; returns whether there was one. */
    boolean remove(long node, Jid subscriber);

    /**
     * Returns the subscriptions of an entity, with any resource, to nodes of an owner; at most {@code limit} of them.
     */
    List<To> across(Nodes.Owner owner, Jid entity, int limit);
}
