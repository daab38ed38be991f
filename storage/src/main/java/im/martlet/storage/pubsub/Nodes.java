package im.martlet.storage.pubsub;

import im.martlet.address.Jid;
import im.martlet.storage.key.AccountKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Publish-subscribe nodes (XEP-0060) of accounts and services. */
public interface Nodes {
    /**
     * The owner of nodes: an account, or a service on a domain of its own.
     *
     * @param account the account's key, 0 for a service
     * @param service the service's domain, empty for an account
     */
    record Owner(long account, String service) {
        public static Owner of(AccountKey account) { return new Owner(account.value(), ""); }

        public static Owner service(String domain) { return new Owner(0, domain); }
    }

    /**
     * A node.
     *
     * @param name the name, at most 512 characters
     * @param config the configuration, in the format of the part that serves the node
     * @param items the number of its items
     * @param bytes the size of the items' names and payloads
     */
    record Node(long id, String name, String config, Jid creator, Instant created, int items, long bytes) {}

    /** The number and the size of all nodes of an owner. */
    record Usage(int nodes, long bytes) {}

    Optional<Node> find(Owner owner, String name);

    /** Returns nodes in the order of names, beginning after the name {@code after} (empty: from the start). */
    List<Node> list(Owner owner, String after, int limit);

    /** Creates a node without items; returns empty when the name is in use. */
    Optional<Node> create(Owner owner, String name, String config, Jid creator);

    void configure(long node, String config);

    /** Deletes a node with its items, affiliations and subscriptions. */
    void delete(long node);

    Usage usage(Owner owner);

    /** Returns the usage by the nodes that a creator has made at a service. */
    Usage usage(String service, Jid creator);
}
