package im.martlet.extensions.pubsub;

import im.martlet.address.Jid;
import im.martlet.extensions.pubsub.rules.AccessDecision;
import im.martlet.extensions.pubsub.rules.AccessModel;
import im.martlet.extensions.pubsub.rules.AccessRules;
import im.martlet.extensions.pubsub.rules.NodeConfig;
import im.martlet.extensions.pubsub.rules.NodeOperation;
import im.martlet.extensions.pubsub.rules.NodeRelation;
import im.martlet.extensions.pubsub.rules.PublishModel;
import im.martlet.storage.pubsub.NodeAffiliations.Affiliation;
import im.martlet.storage.pubsub.NodeSubscriptions.Status;
import im.martlet.storage.pubsub.Nodes.Node;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds nodes, and how an entity relates to them. */
final class NodeAccess {
    /**
     * A node that is the object of a request.
     *
     * @param relation how the requester relates to the node
     */
    record Target(PubSubHost host, Node node, NodeConfig config, NodeRelation relation) {
        AccessDecision judge(NodeOperation operation) { return AccessRules.judge(operation, relation, config); }

        /** @throws im.martlet.stanza.StanzaException if the requester may not perform the operation */
        Target check(NodeOperation operation) {
            var decision = judge(operation);
            if (decision != AccessDecision.YES) throw PubSubErrors.of(decision);
            return this;
        }
    }

    private final PubSubStores stores;

    @Inject NodeAccess(PubSubStores stores) { this.stores = stores; }

    /** @throws im.martlet.stanza.StanzaException if the node does not exist */
    Target require(PubSubHost host, String node, Jid requester) {
        return find(host, node, requester).orElseThrow(PubSubErrors::noSuchNode);
    }

    /**
     * @throws im.martlet.stanza.StanzaException if the node does not exist, or the requester may not perform the
     * operation
     */
    Target require(PubSubHost host, String node, Jid requester, NodeOperation operation) {
        return require(host, node, requester).check(operation);
    }

    Optional<Target> find(PubSubHost host, String node, Jid requester) {
        return stores.nodes().find(host.owner(), node).map(found -> target(host, found, requester));
    }

    private Target target(PubSubHost host, Node node, Jid requester) {
        var config = NodeConfig.read(node.config());
        return new Target(host, node, config, relation(host, node, config, requester));
    }

    /** Returns how an entity relates to many nodes. Reads the relations to all of them in one query each. */
    List<Target> targets(PubSubHost host, List<Node> nodes, Jid requester) {
        var general = host.relationOf(requester);
        boolean owner = general.affiliation() != Affiliation.NONE;
        var affiliations = new HashMap<String, Affiliation>();
        var subscribed = new HashSet<String>();
        if (!owner) {
            stores.affiliations().across(host.owner(), requester.bare(), nodes.size())
                    .forEach(at -> affiliations.put(at.node(), at.affiliation()));
            stores.subscriptions().across(host.owner(), requester.bare(), nodes.size()).stream()
                    .filter(to -> to.subscription().status() == Status.SUBSCRIBED)
                    .forEach(to -> subscribed.add(to.node()));
        }
        return nodes.stream().map(n -> new Target(host, n, NodeConfig.read(n.config()), owner ? general
                : new NodeRelation(affiliations.getOrDefault(n.name(), Affiliation.NONE), general.seesPresence(),
                        general.groups(), subscribed.contains(n.name()))))
                .toList();
    }

    /** Reads no more from the database than the decision needs: nothing for the host's owner. */
    private NodeRelation relation(PubSubHost host, Node node, NodeConfig config, Jid requester) {
        var general = host.relationOf(requester);
        if (general.affiliation() != Affiliation.NONE) return general;
        boolean subscriptionMatters =
                config.access() == AccessModel.AUTHORIZE || config.publishing() == PublishModel.SUBSCRIBERS;
        return new NodeRelation(stores.affiliations().of(node.id(), requester.bare()), general.seesPresence(),
                general.groups(), subscriptionMatters && isSubscribed(node, requester));
    }

    private boolean isSubscribed(Node node, Jid requester) {
        return Stream.of(requester, requester.bare()).distinct()
                .anyMatch(address -> stores.subscriptions().of(node.id(), address)
                        .filter(s -> s.status() == Status.SUBSCRIBED).isPresent());
    }
}
