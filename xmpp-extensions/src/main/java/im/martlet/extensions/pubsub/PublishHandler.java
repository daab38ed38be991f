package im.martlet.extensions.pubsub;

import im.martlet.address.Jid;
import im.martlet.extensions.pubsub.NodeAccess.Target;
import im.martlet.extensions.pubsub.rules.NodeConfig;
import im.martlet.extensions.pubsub.rules.NodeConfigField;
import im.martlet.extensions.pubsub.rules.NodeOperation;
import im.martlet.extensions.pubsub.rules.NodeRelation;
import im.martlet.form.DataForm;
import im.martlet.spec.Xep;
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

/** Publishes and retracts items for publishers (XEP-0060 §7). */
@Xep(number = 222, title = "Best Practices for Persistent Storage of Public Data via Publish-Subscribe",
        version = "1.0")
@Xep(number = 223, title = "Best Practices for Persistent Storage of Private Data via Publish-Subscribe",
        version = "1.1.1")
final class PublishHandler {
    /** The largest number of items in a node. A quota bounds their bytes. */
    static final int MOST_ITEMS = 100_000;
    private static final int MOST_AT_ONCE = 100;
    private static final int LONGEST_CONFIG = 8192; // every request reads it
    private static final int DEEPEST = 40; // the server wraps it in more elements, and other servers have limits

    private final PubSubStores stores;
    private final NodeAccess access;
    private final Notifier notifier;
    private final PubSubQuota quota;

    @Inject PublishHandler(PubSubStores stores, NodeAccess access, Notifier notifier, PubSubQuota quota) {
        this.quota = quota;
        this.stores = stores;
        this.access = access;
        this.notifier = notifier;
    }

    // ---- publishing (§7.1)

    /** @return the reply to the publisher, with the ids of the items */
    Element publish(PubSubHost host, Jid requester, Element pubsub, Element publish) {
        var name = PubSubXml.node(publish);
        var fresh = PubSubXml.children(publish, "item").stream().map(item -> read(item, requester)).toList();
        var items = publish(host, requester, name, fresh, ConfigForms.preconditions(pubsub));
        return Element.of(PubSubXml.NS, "publish").with("node", name)
                .with(items.stream().map(item -> Element.of(PubSubXml.NS, "item").with("id", item.name())).toList());
    }

    /** Publishes items. Creates the node if it does not exist. */
    List<Item> publish(PubSubHost host, Jid requester, String name, List<Fresh> fresh,
            Optional<DataForm> preconditions) {
        if (fresh.size() > MOST_AT_ONCE) throw tooMany(MOST_AT_ONCE);
        var found = access.find(host, name, requester);
        found.ifPresent(target -> target.check(NodeOperation.PUBLISH));
        found.ifPresent(target -> preconditions.ifPresent(form -> ConfigForms.check(target.config(), form)));
        var target = found.orElseGet(() -> create(host, name, requester, preconditions));
        check(target, fresh);
        var published = store(target, fresh);
        if (announcesDropped(target.config()) && !published.dropped().isEmpty())
            notifier.retracted(host, target.node(), target.config(), published.dropped());
        notifier.published(host, target.node(), target.config(), published.items());
        host.changed(name);
        return published.items();
    }

    private static StanzaException tooMany(int most) {
        return new StanzaException(Condition.NOT_ALLOWED.because("at most " + most + " items are allowed")
                .with(Element.of(PubSubXml.ERRORS, "max-items-exceeded")));
    }

    /**
     * Returns whether subscribers hear of items that make room for new ones: of retracted items, but not of discarded
     * ones (§7.1.2.5, §16.4.4). A node that keeps one item needs no such notification, because the new item replaces
     * the old one.
     */
    private static boolean announcesDropped(NodeConfig config) {
        return config.get(NodeConfigField.PUBLISH_NODE_FULL).equals("retract-oldest")
                && config.is(NodeConfigField.NOTIFY_RETRACT) && config.keep(MOST_ITEMS) > 1;
    }

    private static Fresh read(Element item, Jid requester) {
        var payloads = item.children();
        if (payloads.size() > 1) throw PubSubErrors.because(Condition.BAD_REQUEST, "invalid-payload"); // §7.1.3.6
        if (!payloads.isEmpty() && isDeeper(payloads.getFirst(), DEEPEST)) throw new StanzaException(
                Condition.NOT_ACCEPTABLE
                        .because("the elements of a payload may be nested at most " + DEEPEST + " deep"));
        var id = item.attribute("id").filter(given -> !given.isEmpty()).orElseGet(RandomIds::next);
        if (id.length() > PubSubXml.LONGEST_NAME) throw new StanzaException(
                Condition.NOT_ACCEPTABLE
                        .because("the id of an item may have at most " + PubSubXml.LONGEST_NAME + " characters"));
        return new Fresh(id, requester, payloads.isEmpty() ? "" : payloads.getFirst().toString());
    }

    private static boolean isDeeper(Element e, int depth) {
        return depth == 0 || e.children().stream().anyMatch(child -> isDeeper(child, depth - 1));
    }

    /** Creates a node for a publication that names none of the existing nodes (§7.1.4). */
    private Target create(PubSubHost host, String name, Jid requester, Optional<DataForm> preconditions) {
        if (!host.mayCreate(requester)) throw PubSubErrors.noSuchNode();
        var standard = host.defaults(name);
        var config = preconditions.map(form -> ConfigForms.fulfill(standard, form)).orElse(standard);
        return new Target(host, create(host, name, config, requester), config, NodeRelation.OWNER);
    }

    /** Creates a node. Its creator owns it. */
    Node create(PubSubHost host, String name, NodeConfig config, Jid creator) {
        checkSupport(host, config);
        quota.checkNode(host, creator);
        var node = stores.nodes().create(host.owner(), name, config.write(), creator.bare())
                .orElseThrow(() -> new StanzaException(Condition.CONFLICT.plain()));
        if (host.relationOf(creator).affiliation() != Affiliation.OWNER)
            stores.affiliations().put(node.id(), creator.bare(), Affiliation.OWNER);
        return node;
    }

    /** Rejects a configuration that is too long, or has an access model that this host does not support. */
    static void checkSupport(PubSubHost host, NodeConfig config) {
        if (config.write().length() > LONGEST_CONFIG) throw new StanzaException(Condition.NOT_ACCEPTABLE
                .because("all settings of a node together may have at most " + LONGEST_CONFIG + " characters"));
        if (!host.supports(config.access()))
            throw PubSubErrors.because(Condition.NOT_ACCEPTABLE, "unsupported-access-model");
    }

    private static void check(Target target, List<Fresh> fresh) {
        var config = target.config();
        // §4.3: notifications of such a node carry no items
        boolean itemless = !config.is(NodeConfigField.PERSIST_ITEMS) && !config.is(NodeConfigField.DELIVER_PAYLOADS);
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

    private Published store(Target target, List<Fresh> fresh) {
        int keep = target.config().keep(MOST_ITEMS);
        if (!target.config().is(NodeConfigField.PERSIST_ITEMS) || keep == 0)
            return new Published(fresh.stream().map(f -> new Item(f.name(), f.publisher(), 0, f.payload())).toList(),
                    List.of());
        var node = target.config().expiry().map(age -> deleteExpired(target, age)).orElse(target.node());
        checkCapacity(target, node, fresh, keep);
        return stores.items().publish(node.id(), fresh, keep);
    }

    /** Deletes the items that are too old. Returns the node as it is then. */
    private Node deleteExpired(Target target, Duration age) {
        stores.items().forget(target.node().id(), LogId.first(Instant.now().minus(age)));
        return stores.nodes().find(target.host().owner(), target.node().name()).orElse(target.node());
    }

    private void checkCapacity(Target target, Node node, List<Fresh> fresh, int keep) {
        var host = target.host();
        boolean rejects = target.config().get(NodeConfigField.PUBLISH_NODE_FULL).equals("reject")
                && node.items() + fresh.size() > keep;
        long added = fresh.stream().mapToLong(f -> bytes(f.name() + f.payload())).sum();
        if (!rejects && quota.hasCapacity(host, node, added)) return;
        var replaced = stores.items().named(node.id(), fresh.stream().map(Fresh::name).toList());
        if (rejects && node.items() + fresh.size() - replaced.size() > keep)
            throw PubSubErrors.because(Condition.CONFLICT, "node-full"); // §7.1.3.4
        long freed = keep <= fresh.size() ? node.bytes()
                : replaced.stream().mapToLong(i -> bytes(i.name() + i.payload())).sum();
        if (added > freed) quota.check(host, node, added - freed);
    }

    private static long bytes(String text) { return text.getBytes(StandardCharsets.UTF_8).length; }

    // ---- retracting (§7.2)

    void retract(PubSubHost host, Jid requester, Element retract) {
        var names = PubSubXml.children(retract, "item").stream()
                .map(item -> item.attribute("id").filter(id -> !id.isEmpty()).orElseThrow(PublishHandler::itemRequired))
                .toList();
        var name = PubSubXml.node(retract);
        if (names.isEmpty()) throw itemRequired();
        retract(access.require(host, name, requester), names, requester, PubSubXml.isTrue(retract, "notify"));
    }

    private static StanzaException itemRequired() {
        return PubSubErrors.because(Condition.BAD_REQUEST, "item-required");
    }

    /** @param notify whether to notify subscribers even if the node's configuration says no */
    void retract(Target target, List<String> names, Jid requester, boolean notify) {
        target.check(NodeOperation.RETRACT_OWN);
        var node = target.node();
        if (!target.config().is(NodeConfigField.PERSIST_ITEMS)) throw PubSubErrors.unsupported("persistent-items");
        var existing = stores.items().named(node.id(), names);
        if (existing.size() < names.stream().distinct().count()) throw PubSubErrors.noSuchNode(); // §12.11: all or none
        if (existing.stream().anyMatch(item -> !item.publisher().bare().equals(requester.bare())))
            target.check(NodeOperation.RETRACT_OTHERS);
        var retracted = stores.items().retract(node.id(), names);
        if (notify || target.config().is(NodeConfigField.NOTIFY_RETRACT))
            notifier.retracted(target.host(), node, target.config(), retracted);
        target.host().changed(node.name());
    }

    /** Deletes all items of a node (§8.5). */
    void purge(PubSubHost host, Jid requester, Element purge) {
        var target = access.require(host, PubSubXml.node(purge), requester, NodeOperation.PURGE);
        if (!target.config().is(NodeConfigField.PERSIST_ITEMS)) throw PubSubErrors.unsupported("persistent-items");
        stores.items().forget(target.node().id(), Long.MAX_VALUE);
        if (target.config().is(NodeConfigField.NOTIFY_RETRACT)) notifier.announce(host, target.node(), target.config(),
                Element.of(PubSubXml.EVENT, "purge").with("node", target.node().name()));
        host.changed(target.node().name());
    }
}
