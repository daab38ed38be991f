package im.martlet.storage.pubsub;

import im.martlet.address.Jid;
import im.martlet.storage.key.AccountKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Publish-subscribe nodes (XEP-0060): where items are published, of an account or of a service. */
public interface Nodes {
    /**
     * Who has nodes: an account, or a service on a domain of its own.
     *
     * @param account 0 for a service
     * @param service empty for an account
     */
    record Owner(long account, String service) {
        public static Owner of(AccountKey account) { return new Owner(account.value(), ""); }

        public static Owner service(String domain) { return new Owner(0, domain); }
    }

    /**
     * A node.
     *
     * @param name at most 512 characters
     * @param config as whoever serves the node writes it
     * @param items how many it has
     * @param bytes what their names and payloads weigh
     */
    record Node(long id, String name, String config, Jid creator, Instant created, int items, long bytes) {}

    /** What all nodes of an owner come to. */
    record Usage(int nodes, long bytes) {}

    Optional<Node> find(Owner owner, String name);

    /** In the order of names, beginning after the name {@code after} (empty: from the start). */
    List<Node> list(Owner owner, String after, int limit);

    /** Creates a node without items; empty when there is one of this name. */
    Optional<Node> create(Owner owner, String name, String config, Jid creator);

    void configure(long node, String config);

    /** With its items, affiliations and subscriptions. */
    void delete(long node);

    Usage usage(Owner owner);

    /** What those come to that somebody has made at a service. */
    Usage usage(String service, Jid creator);
}
