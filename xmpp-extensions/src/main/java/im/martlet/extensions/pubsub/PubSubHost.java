package im.martlet.extensions.pubsub;

import im.martlet.address.Jid;
import im.martlet.extensions.pubsub.rules.AccessModel;
import im.martlet.extensions.pubsub.rules.NodeConfig;
import im.martlet.extensions.pubsub.rules.NodeRelation;
import im.martlet.stanza.Message;
import im.martlet.storage.pubsub.NodeAffiliations.Affiliation;
import im.martlet.storage.pubsub.Nodes;
import im.martlet.storage.pubsub.Nodes.Usage;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Where nodes are: on an account, or on a service. On its mailbox. */
interface PubSubHost {
    Nodes.Owner owner();

    /** Where requests are sent to and notifications come from. */
    Jid jid();

    /** How a node is configured that nobody has configured. */
    NodeConfig defaults(String node);

    /** Whether nodes here can have an access model. */
    boolean offers(AccessModel model);

    /** How somebody stands to this place, whatever the node: its owner is the owner of all nodes. */
    NodeRelation standing(Jid who);

    boolean mayCreate(Jid who);

    /** How many bytes all items here may have, and how many nodes there may be. */
    Usage most();

    /** How much of that may be of nodes that one entity has made; empty when all of it may. */
    Optional<Usage> mostOfOne();

    /**
     * Tells those who have not subscribed and are interested all the same: by their presence (XEP-0060 §9.1, §9.2).
     *
     * @param notification its recipient does not matter
     * @param may whether somebody may hear of it
     * @param subscribed bare addresses of who is told anyway
     */
    void tellInterested(String node, Message notification, Predicate<NodeRelation> may,
            Map<Jid, Affiliation> affiliations, Set<Jid> subscribed);

    /** Items of a node have changed, or the node has. */
    void changed(String node);

    /** Sends a notification to who has subscribed. */
    void send(Message notification);
}
