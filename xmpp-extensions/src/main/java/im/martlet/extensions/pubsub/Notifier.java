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

/**
 * Tells who is to hear of what happens at a node (XEP-0060 §7.1.2, §12.1): who has subscribed, and who is interested. A
 * notification is one payload, written once, however many it is for. Who may no longer read the node is not told.
 */
final class Notifier {

    private final PubSubStores stores;

    @Inject Notifier(PubSubStores stores) { this.stores = stores; }

    /** Something was published. */
    void published(PubSubHost place, Node node, NodeConfig config, List<Item> items) {
        tell(place, node, config, items(node, config, items));
    }

    /** What subscribers were told when an item was published. */
    static Message notification(Target target, Item item) {
        return message(target.place().jid(), target.config(), items(target.node(), target.config(), List.of(item)));
    }

    private static Element items(Node node, NodeConfig config, List<Item> items) {
        boolean payloads = config.is(NodeConfigField.DELIVER_PAYLOADS);
        boolean publisher = config.get(NodeConfigField.ITEMREPLY).equals("publisher");
        return Element.of(PubSubXml.EVENT, "items").with("node", node.name())
                .with(items.stream().map(item -> PubSubXml.item(PubSubXml.EVENT, item, payloads, publisher)).toList());
    }

    /** Items are gone. */
    void retracted(PubSubHost place, Node node, NodeConfig config, List<String> names) {
        tell(place, node, config, Element.of(PubSubXml.EVENT, "items").with("node", node.name())
                .with(names.stream().map(name -> Element.of(PubSubXml.EVENT, "retract").with("id", name)).toList()));
    }

    /** The node is gone; who waits to be subscribed hears of it, too (§8.4.2). */
    void deleted(PubSubHost place, Node node, NodeConfig config, Element what) {
        tell(place, node, config, what);
        if (!config.is(NodeConfigField.DELIVER_NOTIFICATIONS)) return;
        var message = message(place.jid(), config, what);
        for (Subscription s : stores.subscriptions().all(node.id()))
            if (s.status() == Status.PENDING) place.send(message.withTo(s.subscriber()));
    }

    /** Tells of anything: of what the element says. */
    void tell(PubSubHost place, Node node, NodeConfig config, Element what) {
        if (!config.is(NodeConfigField.DELIVER_NOTIFICATIONS)) return;
        var message = message(place.jid(), config, what);
        var affiliations = stores.affiliations().all(node.id());
        var told = new HashSet<Jid>();
        for (Subscription s : stores.subscriptions().all(node.id()))
            if (s.status() == Status.SUBSCRIBED && goesOn(place, node, config, affiliations, s)
                    && SubscriptionOptions.delivers(s.options(), Instant.now())) {
                        told.add(s.subscriber().bare());
                        place.send(message.withTo(s.subscriber()));
                    }
        place.tellInterested(node.name(), message, standing -> mayRead(config, standing), affiliations, told);
    }

    /**
     * A subscription that is over ends, and so does one whose subscriber may not see the owner's presence or is not in
     * the group any more (XEP-0163 §7.1).
     */
    private boolean goesOn(PubSubHost place, Node node, NodeConfig config, Map<Jid, Affiliation> affiliations,
            Subscription s) {
        boolean may = mayRead(config, at(place.standing(s.subscriber()), affiliations, s.subscriber(), true));
        boolean shared = config.access() == AccessModel.PRESENCE || config.access() == AccessModel.ROSTER;
        if (!may && shared || SubscriptionOptions.isOver(s.options(), Instant.now()))
            stores.subscriptions().remove(node.id(), s.subscriber());
        return may;
    }

    static boolean mayRead(NodeConfig config, NodeRelation who) {
        return AccessRules.judge(NodeOperation.RETRIEVE, who, config) == AccessDecision.YES;
    }

    /** How somebody stands to a node, when it is known what people are there. */
    static NodeRelation at(NodeRelation general, Map<Jid, Affiliation> affiliations, Jid who, boolean subscribed) {
        if (general.affiliation() != Affiliation.NONE) return general;
        return new NodeRelation(affiliations.getOrDefault(who.bare(), Affiliation.NONE), general.seesPresence(),
                general.groups(), subscribed);
    }

    static Message message(Jid from, NodeConfig config, Element what) {
        return new Message(Message.Type.valueOf(config.notificationType().toUpperCase(Locale.ROOT)), from, from,
                RandomIds.next(), "",
                Payload.of(Element.of(PubSubXml.EVENT, "event").with(what)));
    }

    /** The item that was published last, for somebody who was not there then (§6.1.7). */
    static Message last(Jid from, Jid to, String node, NodeConfig config, Item item) {
        var items = Element.of(PubSubXml.EVENT, "items").with("node", node)
                .with(PubSubXml.item(PubSubXml.EVENT, item, config.is(NodeConfigField.DELIVER_PAYLOADS),
                        config.get(NodeConfigField.ITEMREPLY).equals("publisher")));
        var message = message(from, config, items).withTo(to);
        return message
                .with(message.payload().with(Element.of(Namespaces.DELAY, "delay").with("from", from).with("stamp",
                        LogId.time(item.place()).truncatedTo(ChronoUnit.MILLIS))));
    }
}
