package im.martlet.extensions.pubsub;

import im.martlet.extensions.pubsub.NodeAccess.Target;
import im.martlet.extensions.pubsub.rules.AccessModel;
import im.martlet.extensions.pubsub.rules.NodeConfig;
import im.martlet.extensions.pubsub.rules.NodeConfigField;
import im.martlet.session.Account;
import im.martlet.storage.pubsub.NodeItems.Fresh;
import im.martlet.storage.pubsub.NodeItems.Item;
import im.martlet.storage.pubsub.NodeItems.Range;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The nodes of accounts, for other extensions. The server treats a publication of an extension like a publication of
 * the account's own client: it checks, stores and announces it. Used on the account's mailbox.
 */
@Singleton
public final class Pep {
    private final AccountHosts hosts;
    private final PubSubStores stores;
    private final NodeAccess access;
    private final PublishHandler publishHandler;
    private final NodeHandler nodeHandler;

    @Inject Pep(AccountHosts hosts, PubSubStores stores, NodeAccess access, PublishHandler publishHandler,
            NodeHandler nodeHandler) {
        this.hosts = hosts;
        this.stores = stores;
        this.access = access;
        this.publishHandler = publishHandler;
        this.nodeHandler = nodeHandler;
    }

    /** Returns the configuration of a node; empty if the node does not exist. */
    public Optional<NodeConfig> config(Account account, String node) {
        return target(account, node).map(Target::config);
    }

    private Optional<Target> target(Account account, String node) {
        return access.find(hosts.of(account), node, account.jid());
    }

    /**
     * Returns the items of a node in the order of their publication.
     *
     * @param most the largest number of items; older ones are left out
     * @return empty if the node does not exist
     */
    public List<Item> items(Account account, String node, int most) {
        return target(account, node).map(t -> stores.items().page(t.node().id(),
                new Range(RetrieveHandler.oldest(t.config()), Long.MAX_VALUE), most, true)).orElse(List.of());
    }

    /** Returns the payload of the item that was published last. */
    public Optional<Element> last(Account account, String node) {
        return items(account, node, 1).stream().filter(item -> !item.payload().isEmpty()).findFirst()
                .map(PubSubXml::payload);
    }

    /** Returns the payload of an item. */
    public Optional<Element> item(Account account, String node, String id) {
        return target(account, node).flatMap(t -> stores.items().named(t.node().id(), List.of(id)).stream()
                .filter(item -> !item.payload().isEmpty()).findFirst()).map(PubSubXml::payload);
    }

    /**
     * Publishes an item. Creates the node if it does not exist.
     *
     * @throws im.martlet.stanza.StanzaException if the item exceeds a limit
     */
    public void publish(Account account, String node, String id, Element payload) {
        publishHandler.publish(hosts.of(account), account.jid(), node,
                List.of(new Fresh(id, account.jid(), payload.toString())), Optional.empty());
    }

    /** Creates a node with an access model if the node does not exist. */
    public void prepare(Account account, String node, AccessModel model) {
        if (target(account, node).isPresent()) return;
        var host = hosts.of(account);
        publishHandler.create(host, node, host.defaults(node).with(NodeConfigField.ACCESS_MODEL,
                model.name().toLowerCase(Locale.ROOT)), account.jid());
    }

    /** Retracts items. Ignores ids of items that do not exist. */
    public void retract(Account account, String node, List<String> ids) {
        target(account, node).ifPresent(t -> {
            var existing = stores.items().named(t.node().id(), ids).stream().map(Item::name).toList();
            if (!existing.isEmpty()) publishHandler.retract(t, existing, account.jid(), true);
        });
    }

    /** Changes the configuration of a node. Does nothing if the node does not exist. */
    public void configure(Account account, String node, NodeConfig config) {
        target(account, node).filter(t -> !t.config().equals(config))
                .ifPresent(t -> nodeHandler.reconfigure(t.host(), t.node(), config));
    }

    public static Element payload(Item item) { return PubSubXml.payload(item); }
}
