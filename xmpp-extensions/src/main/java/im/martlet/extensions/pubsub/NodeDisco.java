package im.martlet.extensions.pubsub;

import im.martlet.address.Jid;
import im.martlet.extension.Query;
import im.martlet.extensions.pubsub.NodeAccess.Target;
import im.martlet.extensions.pubsub.rules.AccessDecision;
import im.martlet.extensions.pubsub.rules.NodeConfigField;
import im.martlet.extensions.pubsub.rules.NodeOperation;
import im.martlet.storage.pubsub.NodeItems.Range;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Lets entities discover nodes and items (XEP-0060 §5). For an entity that may not read a node, the replies are the
 * same as if the node did not exist.
 */
final class NodeDisco {
    private static final int MOST = 1000;
    private static final List<String> COMMON = List.of("auto-create", "config-node", "config-node-max",
            "create-and-configure", "create-nodes", "delete-items", "delete-nodes",
            "instant-nodes", "item-ids", "last-published", "leased-subscription", "manage-subscriptions",
            "member-affiliation", "meta-data", "modify-affiliations",
            "multi-items", "outcast-affiliation", "persistent-items", "publish", "publish-node-full",
            "publish-only-affiliation", "publish-options", "publisher-affiliation",
            "purge-nodes", "retract-items", "retrieve-affiliations", "retrieve-default", "retrieve-default-sub",
            "retrieve-items", "retrieve-subscriptions", "rsm", "subscribe",
            "subscription-notifications", "subscription-options", "item-expire");

    private final PubSubStores stores;
    private final NodeAccess access;

    @Inject NodeDisco(PubSubStores stores, NodeAccess access) {
        this.stores = stores;
        this.access = access;
    }

    /** Returns the features that all hosts have, and the given ones. */
    static List<String> features(String... more) {
        return Stream.concat(Stream.of(PubSubXml.NS, PubSubXml.OWNER, TypeFilter.NS),
                Stream.concat(COMMON.stream(), Stream.of(more)).map(f -> PubSubXml.NS + "#" + f)).toList();
    }

    /** Returns the nodes, or the items of a node (§5.2, §5.5). */
    List<Element> items(PubSubHost host, Query query) {
        Jid requester = query.iq().from();
        var node = query.element().attribute("node").filter(n -> !n.isEmpty());
        if (node.isPresent()) return readable(host, node.get(), requester)
                .filter(t -> t.config().is(NodeConfigField.PERSIST_ITEMS)).map(t -> items(host, t)).orElse(List.of());
        var filter = TypeFilter.in(query.element());
        return access.targets(host, stores.nodes().list(host.owner(), "", MOST), requester).stream()
                .filter(NodeDisco::isReadable).filter(t -> filter.accepts(t.config())).map(t -> {
                    var item = Element.of(PubSubXml.DISCO_ITEMS, "item").with("jid", host.jid()).with("node",
                            t.node().name());
                    return t.config().get(NodeConfigField.TITLE).isEmpty() ? item
                            : item.with("name", t.config().get(NodeConfigField.TITLE));
                }).toList();
    }

    private List<Element> items(PubSubHost host, Target target) {
        return stores.items()
                .page(target.node().id(), new Range(RetrieveHandler.oldest(target.config()), Long.MAX_VALUE), MOST,
                        true)
                .stream()
                .map(item -> Element.of(PubSubXml.DISCO_ITEMS, "item").with("jid", host.jid()).with("name",
                        item.name()))
                .toList();
    }

    private Optional<Target> readable(PubSubHost host, String node, Jid requester) {
        return node.length() > PubSubXml.LONGEST_NAME ? Optional.empty()
                : access.find(host, node, requester).filter(NodeDisco::isReadable);
    }

    /** Returns whether the node is visible: the requester may read it, request a subscription or publish. */
    private static boolean isReadable(Target target) {
        return target.judge(NodeOperation.RETRIEVE) == AccessDecision.YES
                || target.judge(NodeOperation.SUBSCRIBE) == AccessDecision.WHEN_APPROVED
                || target.judge(NodeOperation.PUBLISH) == AccessDecision.YES;
    }

    /** Returns the identity, features and metadata of a node; empty if it is not visible (§5.3, §5.4). */
    Optional<List<Element>> info(PubSubHost host, Query query) {
        return readable(host, query.element().attribute("node").orElse(""), query.iq().from()).map(t -> List.of(
                Element.of(PubSubXml.DISCO_INFO, "identity").with("category", "pubsub").with("type", "leaf"),
                Element.of(PubSubXml.DISCO_INFO, "feature").with("var", PubSubXml.NS),
                ConfigForms.metadata(t.node(), t.config())));
    }
}
