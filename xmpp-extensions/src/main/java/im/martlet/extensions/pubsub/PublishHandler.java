package im.martlet.extensions.pubsub;

import im.martlet.address.Jid;
import im.martlet.extensions.pubsub.NodeAccess.Target;
import im.martlet.extensions.pubsub.rules.NodeConfig;
import im.martlet.extensions.pubsub.rules.NodeConfigField;
import im.martlet.extensions.pubsub.rules.NodeOperation;
import im.martlet.extensions.pubsub.rules.NodeRelation;
import im.martlet.form.DataForm;
import im.martlet.stanza.RandomIds;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.storage.key.LogId;
import im.martlet.storage.pubsub.NodeAffiliations.Affiliation;
import im.martlet.storage.pubsub.NodeItems.Fresh;
import im.martlet.storage.pubsub.NodeItems.Item;
import im.martlet.storage.pubsub.NodeItems.Published;
import im.martlet.storage.pubsub.Nodes.Node;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What publishers do (XEP-0060 §7): publish and retract items. */
final class PublishHandler {
    /** More items than this are in no node; what they weigh is bounded by a quota. */
    static final int MOST_ITEMS = 100_000;
    private static final int MOST_AT_ONCE = 100;
    private static final int LONGEST_CONFIG = 8192; // it is read with every request
    private static final int DEEPEST = 40; // it comes back inside of more than it came in, and other servers have limits

    private final PubSubStores stores;
    private final NodeAccess desk;
    private final Notifier notifier;
    private final PubSubQuota quota;

    @Inject PublishHandler(PubSubStores stores, NodeAccess desk, Notifier notifier, PubSubQuota quota) {
        this.quota = quota;
        this.stores = stores;
        this.desk = desk;
        this.notifier = notifier;
    }

    // ---- publishing (§7.1)

    /** @return what tells the publisher so: the ids of the items */
    Element publish(PubSubHost place, Jid who, Element pubsub, Element publish) {
        var name = PubSubXml.node(publish);
        var fresh = PubSubXml.children(publish, "item").stream().map(item -> fresh(item, who)).toList();
        var items = publish(place, who, name, fresh, ConfigForms.preconditions(pubsub));
        return Element.of(PubSubXml.NS, "publish").with("node", name)
                .with(items.stream().map(item -> Element.of(PubSubXml.NS, "item").with("id", item.name())).toList());
    }

    /** Publishes items, to a node that is made when there is none. */
    List<Item> publish(PubSubHost place, Jid who, String name, List<Fresh> fresh, Optional<DataForm> preconditions) {
        if (fresh.size() > MOST_AT_ONCE) throw tooMany(MOST_AT_ONCE);
        var found = desk.look(place, name, who);
        found.ifPresent(target -> target.checked(NodeOperation.PUBLISH));
        found.ifPresent(target -> preconditions.ifPresent(form -> ConfigForms.check(target.config(), form)));
        var target = found.orElseGet(() -> create(place, name, who, preconditions));
        check(target, fresh);
        var published = keep(target, fresh);
        if (tellsOfDropped(target.config()) && !published.dropped().isEmpty())
            notifier.retracted(place, target.node(), target.config(), published.dropped());
        notifier.published(place, target.node(), target.config(), published.items());
        place.changed(name);
        return published.items();
    }

    private static StanzaException tooMany(int most) {
        return new StanzaException(Condition.NOT_ALLOWED.because("more than " + most + " items")
                .with(Element.of(PubSubXml.ERRORS, "max-items-exceeded")));
    }

    /**
     * §7.1.2.5, §16.4.4: what is retracted to make room is told of, what is discarded is not; and where one item is
     * kept, the new one says it all.
     */
    private static boolean tellsOfDropped(NodeConfig config) {
        return config.get(NodeConfigField.PUBLISH_NODE_FULL).equals("retract-oldest")
                && config.is(NodeConfigField.NOTIFY_RETRACT) && config.keep(MOST_ITEMS) > 1;
    }

    private static Fresh fresh(Element item, Jid who) {
        var payloads = item.children();
        if (payloads.size() > 1) throw PubSubErrors.because(Condition.BAD_REQUEST, "invalid-payload"); // §7.1.3.6
        if (!payloads.isEmpty() && isDeeper(payloads.getFirst(), DEEPEST)) throw new StanzaException(
                Condition.NOT_ACCEPTABLE.because("a payload's elements are nested at most " + DEEPEST + " deep"));
        var id = item.attribute("id").filter(given -> !given.isEmpty()).orElseGet(RandomIds::next);
        if (id.length() > PubSubXml.LONGEST_NAME) throw new StanzaException(
                Condition.NOT_ACCEPTABLE.because("an item's id has at most " + PubSubXml.LONGEST_NAME + " letters"));
        return new Fresh(id, who, payloads.isEmpty() ? "" : payloads.getFirst().toString());
    }

    private static boolean isDeeper(Element e, int depth) {
        return depth == 0 || e.children().stream().anyMatch(child -> isDeeper(child, depth - 1));
    }

    /** §7.1.4. */
    private Target create(PubSubHost place, String name, Jid who, Optional<DataForm> preconditions) {
        if (!place.mayCreate(who)) throw PubSubErrors.noSuchNode();
        var standard = place.defaults(name);
        var config = preconditions.map(form -> ConfigForms.fulfilling(standard, form)).orElse(standard);
        return new Target(place, made(place, name, config, who), config, NodeRelation.OWNER);
    }

    /** Makes a node; whoever does, owns it. */
    Node made(PubSubHost place, String name, NodeConfig config, Jid who) {
        checkOffer(place, config);
        quota.checkNode(place, who);
        var node = stores.nodes().create(place.owner(), name, config.write(), who.bare())
                .orElseThrow(() -> new StanzaException(Condition.CONFLICT.plain()));
        if (place.standing(who).affiliation() != Affiliation.OWNER)
            stores.affiliations().put(node.id(), who.bare(), Affiliation.OWNER);
        return node;
    }

    static void checkOffer(PubSubHost place, NodeConfig config) {
        if (config.write().length() > LONGEST_CONFIG) throw new StanzaException(Condition.NOT_ACCEPTABLE
                .because("the settings of a node have at most " + LONGEST_CONFIG + " letters together"));
        if (!place.offers(config.access()))
            throw PubSubErrors.because(Condition.NOT_ACCEPTABLE, "unsupported-access-model"); // nobody's presence and roster are known here
    }

    private static void check(Target target, List<Fresh> fresh) {
        var config = target.config();
        boolean itemless = !config.is(NodeConfigField.PERSIST_ITEMS) && !config.is(NodeConfigField.DELIVER_PAYLOADS); // §4.3
        if (itemless && !fresh.isEmpty()) throw PubSubErrors.because(Condition.BAD_REQUEST, "item-forbidden");
        if (!itemless && fresh.isEmpty()) throw PubSubErrors.because(Condition.BAD_REQUEST, "item-required");
        int keep = config.is(NodeConfigField.PERSIST_ITEMS) ? config.keep(MOST_ITEMS) : 0;
        if (keep > 0 && fresh.stream().map(Fresh::name).distinct().count() > keep) throw tooMany(keep); // §12.11
        for (Fresh item : fresh) {
            if (item.payload().isEmpty() && config.is(NodeConfigField.DELIVER_PAYLOADS))
                throw PubSubErrors.because(Condition.BAD_REQUEST, "payload-required");
            if (bytes(item.payload()) > config.payload())
                throw PubSubErrors.because(Condition.NOT_ACCEPTABLE, "payload-too-big");
        }
    }

    private Published keep(Target target, List<Fresh> fresh) {
        int keep = target.config().keep(MOST_ITEMS);
        if (!target.config().is(NodeConfigField.PERSIST_ITEMS) || keep == 0)
            return new Published(fresh.stream().map(f -> new Item(f.name(), f.publisher(), 0, f.payload())).toList(),
                    List.of());
        var node = target.config().expiry().map(age -> withoutExpired(target, age)).orElse(target.node());
        checkRoom(target, node, fresh, keep);
        return stores.items().publish(node.id(), fresh, keep);
    }

    /** The node as it is when what is too old is gone. */
    private Node withoutExpired(Target target, Duration age) {
        stores.items().forget(target.node().id(), LogId.first(Instant.now().minus(age)));
        return stores.nodes().find(target.place().owner(), target.node().name()).orElse(target.node());
    }

    private void checkRoom(Target target, Node node, List<Fresh> fresh, int keep) {
        var place = target.place();
        boolean rejects = target.config().get(NodeConfigField.PUBLISH_NODE_FULL).equals("reject")
                && node.items() + fresh.size() > keep;
        long added = fresh.stream().mapToLong(f -> bytes(f.name() + f.payload())).sum();
        if (!rejects && quota.hasRoom(place, node, added)) return;
        var replaced = stores.items().named(node.id(), fresh.stream().map(Fresh::name).toList());
        if (rejects && node.items() + fresh.size() - replaced.size() > keep)
            throw PubSubErrors.because(Condition.CONFLICT, "node-full"); // §7.1.3.4
        long freed = keep <= fresh.size() ? node.bytes()
                : replaced.stream().mapToLong(i -> bytes(i.name() + i.payload())).sum();
        if (added > freed) quota.check(place, node, added - freed);
    }

    private static long bytes(String text) { return text.getBytes(StandardCharsets.UTF_8).length; }

    // ---- retracting (§7.2)

    void retract(PubSubHost place, Jid who, Element retract) {
        var names = PubSubXml.children(retract, "item").stream()
                .map(item -> item.attribute("id").filter(id -> !id.isEmpty()).orElseThrow(PublishHandler::itemRequired))
                .toList();
        var name = PubSubXml.node(retract);
        if (names.isEmpty()) throw itemRequired();
        retract(desk.find(place, name, who), names, who, PubSubXml.isTrue(retract, "notify"));
    }

    private static StanzaException itemRequired() {
        return PubSubErrors.because(Condition.BAD_REQUEST, "item-required");
    }

    /** @param notify even if the node is not configured so */
    void retract(Target target, List<String> names, Jid who, boolean notify) {
        target.checked(NodeOperation.RETRACT_OWN);
        var node = target.node();
        if (!target.config().is(NodeConfigField.PERSIST_ITEMS)) throw PubSubErrors.unsupported("persistent-items");
        var there = stores.items().named(node.id(), names);
        if (there.size() < names.stream().distinct().count()) throw PubSubErrors.noSuchNode(); // §12.11: all of them, or none
        if (there.stream().anyMatch(item -> !item.publisher().bare().equals(who.bare())))
            target.checked(NodeOperation.RETRACT_OTHERS);
        var gone = stores.items().retract(node.id(), names);
        if (notify || target.config().is(NodeConfigField.NOTIFY_RETRACT))
            notifier.retracted(target.place(), node, target.config(), gone);
        target.place().changed(node.name());
    }

    /** §8.5. */
    void purge(PubSubHost place, Jid who, Element purge) {
        var target = desk.find(place, PubSubXml.node(purge), who, NodeOperation.PURGE);
        if (!target.config().is(NodeConfigField.PERSIST_ITEMS)) throw PubSubErrors.unsupported("persistent-items");
        stores.items().forget(target.node().id(), Long.MAX_VALUE);
        if (target.config().is(NodeConfigField.NOTIFY_RETRACT)) notifier.tell(place, target.node(), target.config(),
                Element.of(PubSubXml.EVENT, "purge").with("node", target.node().name()));
        place.changed(target.node().name());
    }
}
