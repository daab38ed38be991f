package im.martlet.extensions.pubsub;

import im.martlet.address.Jid;
import im.martlet.extensions.pubsub.Desk.Target;
import im.martlet.extensions.pubsub.rules.AccessModel;
import im.martlet.extensions.pubsub.rules.Answer;
import im.martlet.extensions.pubsub.rules.Field;
import im.martlet.extensions.pubsub.rules.NodeConfig;
import im.martlet.extensions.pubsub.rules.Operation;
import im.martlet.extensions.pubsub.rules.Rules;
import im.martlet.extensions.pubsub.rules.Standing;
import im.martlet.stanza.Message;
import im.martlet.stanza.Payload;
import im.martlet.storage.Affiliations.Affiliation;
import im.martlet.storage.Items.Item;
import im.martlet.storage.LogId;
import im.martlet.storage.Nodes.Node;
import im.martlet.storage.Subscriptions.Status;
import im.martlet.storage.Subscriptions.Subscription;
import im.martlet.stream.StreamIds;
import im.martlet.xml.Element;
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
    private static final String DELAY = "urn:xmpp:delay";

    private final Stores stores;

    @Inject Notifier(Stores stores) { this.stores = stores; }

    /** Something was published. */
    void published(Place place, Node node, NodeConfig config, List<Item> items) { tell(place, node, config, items(node, config, items)); }

    /** What subscribers were told when an item was published. */
    static Message notification(Target target, Item item) {
        return message(target.place().jid(), target.config(), items(target.node(), target.config(), List.of(item)));
    }

    private static Element items(Node node, NodeConfig config, List<Item> items) {
        boolean payloads = config.is(Field.DELIVER_PAYLOADS);
        boolean publisher = config.get(Field.ITEMREPLY).equals("publisher");
        return Element.of(Wire.EVENT, "items").with("node", node.name()).with(items.stream().map(item -> Wire.item(Wire.EVENT, item, payloads, publisher)).toList());
    }

    /** Items are gone. */
    void retracted(Place place, Node node, NodeConfig config, List<String> names) {
        tell(place, node, config, Element.of(Wire.EVENT, "items").with("node", node.name()).with(names.stream().map(name -> Element.of(Wire.EVENT, "retract").with("id", name)).toList()));
    }

    /** The node is gone; who waits to be subscribed hears of it, too (§8.4.2). */
    void deleted(Place place, Node node, NodeConfig config, Element what) {
        tell(place, node, config, what);
        if (!config.is(Field.DELIVER_NOTIFICATIONS)) return;
        var message = message(place.jid(), config, what);
        for (Subscription s : stores.subscriptions().all(node.id())) if (s.status() == Status.PENDING) place.send(message.withTo(s.subscriber()));
    }

    /** Tells of anything: of what the element says. */
    void tell(Place place, Node node, NodeConfig config, Element what) {
        if (!config.is(Field.DELIVER_NOTIFICATIONS)) return;
        var message = message(place.jid(), config, what);
        var affiliations = stores.affiliations().all(node.id());
        var told = new HashSet<Jid>();
        for (Subscription s : stores.subscriptions().all(node.id())) if (s.status() == Status.SUBSCRIBED && goesOn(place, node, config, affiliations, s) && Options.delivers(s.options(), Instant.now())) {
            told.add(s.subscriber().bare());
            place.send(message.withTo(s.subscriber()));
        }
        place.tellInterested(node.name(), message, standing -> mayRead(config, standing), affiliations, told);
    }

    /** A subscription that is over ends, and so does one whose subscriber may not see the owner's presence or is not in the group any more (XEP-0163 §7.1). */
    private boolean goesOn(Place place, Node node, NodeConfig config, Map<Jid, Affiliation> affiliations, Subscription s) {
        boolean may = mayRead(config, at(place.standing(s.subscriber()), affiliations, s.subscriber(), true));
        boolean shared = config.access() == AccessModel.PRESENCE || config.access() == AccessModel.ROSTER;
        if (!may && shared || Options.isOver(s.options(), Instant.now())) stores.subscriptions().remove(node.id(), s.subscriber());
        return may;
    }

    static boolean mayRead(NodeConfig config, Standing who) { return Rules.judge(Operation.RETRIEVE, who, config) == Answer.YES; }

    /** How somebody stands to a node, when it is known what people are there. */
    static Standing at(Standing general, Map<Jid, Affiliation> affiliations, Jid who, boolean subscribed) {
        if (general.affiliation() != Affiliation.NONE) return general;
        return new Standing(affiliations.getOrDefault(who.bare(), Affiliation.NONE), general.seesPresence(), general.groups(), subscribed);
    }

    static Message message(Jid from, NodeConfig config, Element what) {
        return new Message(Message.Type.valueOf(config.notificationType().toUpperCase(Locale.ROOT)), from, from, StreamIds.next(), "",
                Payload.of(Element.of(Wire.EVENT, "event").with(what)));
    }

    /** The item that was published last, for somebody who was not there then (§6.1.7). */
    static Message last(Jid from, Jid to, String node, NodeConfig config, Item item) {
        var items = Element.of(Wire.EVENT, "items").with("node", node).with(Wire.item(Wire.EVENT, item, config.is(Field.DELIVER_PAYLOADS), config.get(Field.ITEMREPLY).equals("publisher")));
        var message = message(from, config, items).withTo(to);
        return message.with(message.payload().with(Element.of(DELAY, "delay").with("from", from).with("stamp", LogId.time(item.place()).truncatedTo(ChronoUnit.MILLIS))));
    }
}
