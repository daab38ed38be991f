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

/** The nodes of a service: they belong to whoever makes them, and nobody's presence is known. */
record ServiceHost(Jid jid, PubSubSettings settings, Router router) implements PubSubHost {
    @Override public Owner owner() { return Owner.service(jid.domain()); }

    @Override public NodeConfig defaults(String node) { return NodeConfig.STANDARD; }

    @Override public boolean offers(AccessModel model) {
        return switch (model) {
            case OPEN, AUTHORIZE, WHITELIST -> true;
            case PRESENCE, ROSTER -> false;
        };
    }

    @Override public NodeRelation standing(Jid who) {
        return new NodeRelation(Affiliation.NONE, false, Set.of(), false);
    }

    @Override public boolean mayCreate(Jid who) {
        if (jid.toString().equals(settings.service() + "." + who)) return true; // the host itself
        return switch (settings.creators()) {
            case EVERYBODY -> true;
            case ACCOUNTS -> who.hasLocal() && jid.domain().endsWith("." + who.domain());
            case NOBODY -> false;
        };
    }

    @Override public Usage most() { return new Usage(settings.serviceNodes(), settings.serviceBytes().bytes()); }

    @Override public Optional<Usage> mostOfOne() {
        return Optional.of(new Usage(settings.accountNodes(), settings.accountBytes().bytes()));
    }

    @Override public void tellInterested(String node, Message notification, Predicate<NodeRelation> may,
            Map<Jid, Affiliation> affiliations, Set<Jid> subscribed) {}

    @Override public void changed(String node) {}

    @Override public void send(Message notification) { router.route(notification); }
}
