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

/** The owner of a set of nodes: an account or a service. Used on the mailbox of that account or service. */
interface PubSubHost {
    Nodes.Owner owner();

    /** Returns the address that receives requests and sends notifications. */
    Jid jid();

    /** Returns the configuration of a new node. */
    NodeConfig defaults(String node);

    /** Returns whether nodes of this host can have an access model. */
    boolean supports(AccessModel model);

    /** Returns how an entity relates to all nodes of this host. An account owns all its nodes. */
    NodeRelation relationOf(Jid entity);

    boolean mayCreate(Jid entity);

    /** Returns the largest number of nodes, and of bytes in all their items. */
    Usage limit();

    /** Returns how much of {@link #limit} the nodes of one creator may use; empty if they may use all of it. */
    Optional<Usage> creatorLimit();

    /**
     * Notifies the entities that have no subscription but are interested by their presence (XEP-0060 §9.1, §9.2).
     *
     * @param notification the message, with any recipient
     * @param mayReceive whether an entity with this relation may receive the notification
     * @param subscribed the bare addresses of the subscribers, which are notified anyway
     */
    void notifyInterested(String node, Message notification, Predicate<NodeRelation> mayReceive,
            Map<Jid, Affiliation> affiliations, Set<Jid> subscribed);

    /** Reacts to a change of a node or of its items. */
    void changed(String node);

    /** Sends a notification to a subscriber. */
    void send(Message notification);
}
