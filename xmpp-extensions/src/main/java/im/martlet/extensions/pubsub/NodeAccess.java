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

/** Finds a node, and how somebody stands to it. */
final class NodeAccess {
    /** A node that somebody wants something of. */
    record Target(PubSubHost place, Node node, NodeConfig config, NodeRelation who) {
        AccessDecision judge(NodeOperation operation) { return AccessRules.judge(operation, who, config); }

        /** @throws im.martlet.stanza.StanzaException when they may not */
        Target checked(NodeOperation operation) {
            var answer = judge(operation);
            if (answer != AccessDecision.YES) throw PubSubErrors.of(answer);
            return this;
        }
    }

    private final PubSubStores stores;

    @Inject NodeAccess(PubSubStores stores) { this.stores = stores; }

    Target find(PubSubHost place, String node, Jid who) {
        return look(place, node, who).orElseThrow(PubSubErrors::noSuchNode);
    }

    Target find(PubSubHost place, String node, Jid who, NodeOperation operation) {
        return find(place, node, who).checked(operation);
    }

    Optional<Target> look(PubSubHost place, String node, Jid who) {
        return stores.nodes().find(place.owner(), node).map(found -> target(place, found, who));
    }

    private Target target(PubSubHost place, Node node, Jid who) {
        var config = NodeConfig.read(node.config());
        return new Target(place, node, config, standing(place, node, config, who));
    }

    /** How somebody stands to many nodes; asks about all of them at once. */
    List<Target> targets(PubSubHost place, List<Node> nodes, Jid who) {
        var general = place.standing(who);
        boolean owner = general.affiliation() != Affiliation.NONE;
        var affiliations = new HashMap<String, Affiliation>();
        var subscribed = new HashSet<String>();
        if (!owner) {
            stores.affiliations().across(place.owner(), who.bare(), nodes.size())
                    .forEach(at -> affiliations.put(at.node(), at.affiliation()));
            stores.subscriptions().across(place.owner(), who.bare(), nodes.size()).stream()
                    .filter(to -> to.subscription().status() == Status.SUBSCRIBED)
                    .forEach(to -> subscribed.add(to.node()));
        }
        return nodes.stream().map(n -> new Target(place, n, NodeConfig.read(n.config()), owner ? general
                : new NodeRelation(affiliations.getOrDefault(n.name(), Affiliation.NONE), general.seesPresence(),
                        general.groups(), subscribed.contains(n.name()))))
                .toList();
    }

    /** Asks the database no more than it has to: nothing for the owner of the place. */
    private NodeRelation standing(PubSubHost place, Node node, NodeConfig config, Jid who) {
        var general = place.standing(who);
        if (general.affiliation() != Affiliation.NONE) return general;
        boolean matters = config.access() == AccessModel.AUTHORIZE || config.publishing() == PublishModel.SUBSCRIBERS;
        return new NodeRelation(stores.affiliations().of(node.id(), who.bare()), general.seesPresence(),
                general.groups(), matters && isSubscribed(node, who));
    }

    private boolean isSubscribed(Node node, Jid who) {
        return Stream.of(who, who.bare()).distinct().anyMatch(address -> stores.subscriptions().of(node.id(), address)
                .filter(s -> s.status() == Status.SUBSCRIBED).isPresent());
    }
}
