package im.martlet.extensions.pubsub;

import im.martlet.address.Jid;
import im.martlet.extensions.pubsub.rules.AccessModel;
import im.martlet.extensions.pubsub.rules.Answer;
import im.martlet.extensions.pubsub.rules.NodeConfig;
import im.martlet.extensions.pubsub.rules.Operation;
import im.martlet.extensions.pubsub.rules.PublishModel;
import im.martlet.extensions.pubsub.rules.Rules;
import im.martlet.extensions.pubsub.rules.Standing;
import im.martlet.storage.Affiliations.Affiliation;
import im.martlet.storage.Nodes.Node;
import im.martlet.storage.Subscriptions.Status;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds a node, and how somebody stands to it. */
final class Desk {
    /** A node that somebody wants something of. */
    record Target(Place place, Node node, NodeConfig config, Standing who) {
        Answer judge(Operation operation) { return Rules.judge(operation, who, config); }

        /** @throws im.martlet.stanza.StanzaException when they may not */
        Target checked(Operation operation) {
            var answer = judge(operation);
            if (answer != Answer.YES) throw Refusals.of(answer);
            return this;
        }
    }

    private final Stores stores;

    @Inject Desk(Stores stores) { this.stores = stores; }

    Target find(Place place, String node, Jid who) { return look(place, node, who).orElseThrow(Refusals::noSuchNode); }

    Target find(Place place, String node, Jid who, Operation operation) { return find(place, node, who).checked(operation); }

    Optional<Target> look(Place place, String node, Jid who) { return stores.nodes().find(place.owner(), node).map(found -> target(place, found, who)); }

    private Target target(Place place, Node node, Jid who) {
        var config = NodeConfig.read(node.config());
        return new Target(place, node, config, standing(place, node, config, who));
    }

    /** How somebody stands to many nodes; asks about all of them at once. */
    List<Target> targets(Place place, List<Node> nodes, Jid who) {
        var general = place.standing(who);
        boolean owner = general.affiliation() != Affiliation.NONE;
        var affiliations = new HashMap<String, Affiliation>();
        var subscribed = new HashSet<String>();
        if (!owner) {
            stores.affiliations().across(place.owner(), who.bare(), nodes.size()).forEach(at -> affiliations.put(at.node(), at.affiliation()));
            stores.subscriptions().across(place.owner(), who.bare(), nodes.size()).stream().filter(to -> to.subscription().status() == Status.SUBSCRIBED).forEach(to -> subscribed.add(to.node()));
        }
        return nodes.stream().map(n -> new Target(place, n, NodeConfig.read(n.config()), owner ? general
                : new Standing(affiliations.getOrDefault(n.name(), Affiliation.NONE), general.seesPresence(), general.groups(), subscribed.contains(n.name())))).toList();
    }

    /** Asks the database no more than it has to: nothing for the owner of the place. */
    private Standing standing(Place place, Node node, NodeConfig config, Jid who) {
        var general = place.standing(who);
        if (general.affiliation() != Affiliation.NONE) return general;
        boolean matters = config.access() == AccessModel.AUTHORIZE || config.publishing() == PublishModel.SUBSCRIBERS;
        return new Standing(stores.affiliations().of(node.id(), who.bare()), general.seesPresence(), general.groups(), matters && isSubscribed(node, who));
    }

    private boolean isSubscribed(Node node, Jid who) {
        return Stream.of(who, who.bare()).distinct().anyMatch(address -> stores.subscriptions().of(node.id(), address).filter(s -> s.status() == Status.SUBSCRIBED).isPresent());
    }
}
