package im.martlet.extensions.pubsub;

import im.martlet.address.Jid;
import im.martlet.extensions.pubsub.NodeAccess.Target;
import im.martlet.extensions.pubsub.rules.AccessDecision;
import im.martlet.extensions.pubsub.rules.AccessModel;
import im.martlet.extensions.pubsub.rules.AccessRules;
import im.martlet.extensions.pubsub.rules.NodeConfig;
import im.martlet.extensions.pubsub.rules.NodeConfigField;
import im.martlet.extensions.pubsub.rules.NodeOperation;
import im.martlet.extensions.pubsub.rules.NodeRelation;
import im.martlet.stanza.Decision;
import im.martlet.stanza.Message;
import im.martlet.stanza.Payload;
import im.martlet.stanza.RandomIds;
import im.martlet.storage.key.LogId;
import im.martlet.storage.pubsub.NodeAffiliations.Affiliation;
import im.martlet.storage.pubsub.NodeItems.Item;
import im.martlet.storage.pubsub.NodeSubscriptions.Status;
import im.martlet.storage.pubsub.NodeSubscriptions.Subscription;
import im.martlet.storage.pubsub.Nodes.Node;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notifies subscribers and interested clients of events at a node (XEP-0060 §7.1.2, §12.1). All recipients share one
 * payload, which is written once. Subscribers that may no longer read the node get nothing.
 */
final class Notifier {

    private static final Logger LOG = LoggerFactory.getLogger(Notifier.class);

    private final PubSubStores stores;

    @Inject Notifier(PubSubStores stores) { this.stores = stores; }

    /** Announces published items. */
    void published(PubSubHost host, Node node, NodeConfig config, List<Item> items) {
        announce(host, node, config, items(node, config, items));
    }

    /** Returns the notification that subscribers got when an item was published. */
    static Message notification(Target target, Item item) {
        return message(target.host().jid(), target.config(), items(target.node(), target.config(), List.of(item)));
    }

    private static Element items(Node node, NodeConfig config, List<Item> items) {
        boolean payloads = config.is(NodeConfigField.DELIVER_PAYLOADS);
        boolean publisher = config.get(NodeConfigField.ITEMREPLY).equals("publisher");
        return Element.of(PubSubXml.EVENT, "items").with("node", node.name())
                .with(items.stream().map(item -> PubSubXml.item(PubSubXml.EVENT, item, payloads, publisher)).toList());
    }

    /** Announces retracted items. */
    void retracted(PubSubHost host, Node node, NodeConfig config, List<String> names) {
        announce(host, node, config, Element.of(PubSubXml.EVENT, "items").with("node", node.name())
                .with(names.stream().map(name -> Element.of(PubSubXml.EVENT, "retract").with("id", name)).toList()));
    }

    /** Announces the deletion of a node, also to entities with a pending subscription (§8.4.2). */
    void deleted(PubSubHost host, Node node, NodeConfig config, Element event) {
        announce(host, node, config, event);
        if (!config.is(NodeConfigField.DELIVER_NOTIFICATIONS)) return;
        var message = message(host.jid(), config, event);
        for (Subscription s : stores.subscriptions().all(node.id()))
            if (s.status() == Status.PENDING) host.send(message.withTo(s.subscriber()));
    }

    /** Announces an event, unless the node's configuration turns notifications off. */
    void announce(PubSubHost host, Node node, NodeConfig config, Element event) {
        if (!config.is(NodeConfigField.DELIVER_NOTIFICATIONS)) return;
        var message = message(host.jid(), config, event);
        var affiliations = stores.affiliations().all(node.id());
        var subscribed = new HashSet<Jid>();
        for (Subscription s : stores.subscriptions().all(node.id())) {
            if (s.status() != Status.SUBSCRIBED) continue;
            if (!checkSubscriber(host, node, config, affiliations, s))
                logDropped("the subscriber may not read the node", host, message, s);
            else if (!SubscriptionOptions.delivers(s.options(), Instant.now()))
                logDropped("the subscription has expired, or its options turn delivery off", host, message, s);
            else {
                subscribed.add(s.subscriber().bare());
                host.send(message.withTo(s.subscriber()));
            }
        }
        host.notifyInterested(node.name(), message, relation -> mayRead(config, relation), affiliations, subscribed);
    }

    private static void logDropped(String reason, PubSubHost host, Message message, Subscription s) {
        if (LOG.isDebugEnabled()) Decision.DROPPED.log(LOG, reason, host.jid(), message.withTo(s.subscriber()));
    }

    /**
     * Returns whether a subscriber may still read the node. Removes a subscription that has expired. Also removes the
     * subscription of an entity that lost the node because it may no longer see the owner's presence, or is no longer
     * in a roster group (XEP-0163 §7.1).
     */
    private boolean checkSubscriber(PubSubHost host, Node node, NodeConfig config, Map<Jid, Affiliation> affiliations,
            Subscription s) {
        boolean mayRead =
                mayRead(config, relation(host.relationOf(s.subscriber()), affiliations, s.subscriber(), true));
        boolean byRoster = config.access() == AccessModel.PRESENCE || config.access() == AccessModel.ROSTER;
        if (!mayRead && byRoster || SubscriptionOptions.isOver(s.options(), Instant.now()))
            stores.subscriptions().remove(node.id(), s.subscriber());
        return mayRead;
    }

    static boolean mayRead(NodeConfig config, NodeRelation relation) {
        return AccessRules.judge(NodeOperation.RETRIEVE, relation, config) == AccessDecision.YES;
    }

    /** Returns how an entity relates to a node with these affiliations. */
    static NodeRelation relation(NodeRelation general, Map<Jid, Affiliation> affiliations, Jid entity,
            boolean subscribed) {
        if (general.affiliation() != Affiliation.NONE) return general;
        return new NodeRelation(affiliations.getOrDefault(entity.bare(), Affiliation.NONE), general.seesPresence(),
                general.groups(), subscribed);
    }

    static Message message(Jid from, NodeConfig config, Element event) {
        return new Message(Message.Type.valueOf(config.notificationType().toUpperCase(Locale.ROOT)), from, from,
                RandomIds.next(), "",
                Payload.of(Element.of(PubSubXml.EVENT, "event").with(event)));
    }

    /** Returns the notification of the last item, for an entity that came after its publication (§6.1.7). */
    static Message lastItem(Jid from, Jid to, String node, NodeConfig config, Item item) {
        var items = Element.of(PubSubXml.EVENT, "items").with("node", node)
                .with(PubSubXml.item(PubSubXml.EVENT, item, config.is(NodeConfigField.DELIVER_PAYLOADS),
                        config.get(NodeConfigField.ITEMREPLY).equals("publisher")));
        var message = message(from, config, items).withTo(to);
        return message
                .with(message.payload().with(Element.of(Namespaces.DELAY, "delay").with("from", from).with("stamp",
                        LogId.time(item.place()).truncatedTo(ChronoUnit.MILLIS))));
    }
}
