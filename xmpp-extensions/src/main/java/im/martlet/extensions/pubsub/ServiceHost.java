package im.martlet.extensions.pubsub;

import im.martlet.address.Jid;
import im.martlet.extensions.pubsub.rules.AccessModel;
import im.martlet.extensions.pubsub.rules.NodeConfig;
import im.martlet.extensions.pubsub.rules.NodeRelation;
import im.martlet.routing.Router;
import im.martlet.stanza.Message;
import im.martlet.storage.pubsub.NodeAffiliations.Affiliation;
import im.martlet.storage.pubsub.Nodes.Owner;
import im.martlet.storage.pubsub.Nodes.Usage;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** The nodes of a service. Each node belongs to its creator. A service knows no presence and no rosters. */
record ServiceHost(Jid jid, PubSubSettings settings, Router router) implements PubSubHost {
    @Override public Owner owner() { return Owner.service(jid.domain()); }

    @Override public NodeConfig defaults(String node) { return NodeConfig.STANDARD; }

    @Override public boolean supports(AccessModel model) {
        return switch (model) {
            case OPEN, AUTHORIZE, WHITELIST -> true;
            case PRESENCE, ROSTER -> false;
        };
    }

    @Override public NodeRelation relationOf(Jid entity) {
        return new NodeRelation(Affiliation.NONE, false, Set.of(), false);
    }

    @Override public boolean mayCreate(Jid entity) {
        if (jid.toString().equals(settings.service() + "." + entity)) return true; // the server's own host
        return switch (settings.creators()) {
            case EVERYBODY -> true;
            case ACCOUNTS -> entity.hasLocal() && jid.domain().endsWith("." + entity.domain());
            case NOBODY -> false;
        };
    }

    @Override public Usage limit() { return new Usage(settings.serviceNodes(), settings.serviceBytes().bytes()); }

    @Override public Optional<Usage> creatorLimit() {
        return Optional.of(new Usage(settings.accountNodes(), settings.accountBytes().bytes()));
    }

    @Override public void notifyInterested(String node, Message notification, Predicate<NodeRelation> mayReceive,
            Map<Jid, Affiliation> affiliations, Set<Jid> subscribed) {}

    @Override public void changed(String node) {}

    @Override public void send(Message notification) { router.route(notification); }
}
