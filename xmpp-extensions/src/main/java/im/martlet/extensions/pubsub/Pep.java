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
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The nodes of accounts, for other extensions: what they publish is checked, kept and told of as if the account's owner
 * had published it. On the account's mailbox.
 */
@Singleton
public final class Pep {
    private final Set<NodeDefaults> profiles;
    private final Provider<Set<NodeMirror>> mirrors; // which need this
    private final Supplier<PubSubSettings> settings;
    private final PepRecipients audience;
    private final Offices offices;

    /** Who does the work. */
    record Offices(PubSubStores stores, NodeAccess desk, PublishHandler publishing, NodeHandler nodes) {
        @Inject Offices {}
    }

    @Inject Pep(Set<NodeDefaults> profiles, Provider<Set<NodeMirror>> mirrors, Supplier<PubSubSettings> settings,
            PepRecipients audience, Offices offices) {
        this.profiles = profiles;
        this.mirrors = mirrors;
        this.settings = settings;
        this.audience = audience;
        this.offices = offices;
    }

    PubSubSettings settings() { return settings.get(); }

    PubSubHost of(Account account) { return new AccountHost(account, this, audience); }

    /** XEP-0163 §5, and what extensions know better of some nodes. */
    NodeConfig defaults(String node) {
        var standard =
                NodeConfig.STANDARD.with(NodeConfigField.ACCESS_MODEL, "presence").with(NodeConfigField.MAX_ITEMS, "1");
        return profiles.stream().filter(p -> p.describes(node)).findFirst().map(p -> p.configure(node, standard))
                .orElse(standard);
    }

    void changed(Account account, String node) {
        for (NodeMirror mirror : mirrors.get()) if (mirror.reflects(node)) mirror.changed(account, node);
    }

    static Set<String> news(Set<String> before, Set<String> now) {
        var news = new HashSet<>(now);
        news.removeAll(before);
        return news;
    }

    // ---- for other extensions

    /** How a node is configured; empty when there is none. */
    public Optional<NodeConfig> config(Account account, String node) {
        return target(account, node).map(Target::config);
    }

    private Optional<Target> target(Account account, String node) {
        return offices.desk.look(of(account), node, account.jid());
    }

    /**
     * The items of a node in the order they were published in, the last {@code most} of them; none when there is no
     * such node.
     */
    public List<Item> items(Account account, String node, int most) {
        return target(account, node).map(t -> offices.stores.items().page(t.node().id(),
                new Range(RetrieveHandler.oldest(t.config()), Long.MAX_VALUE), most, true)).orElse(List.of());
    }

    /** The payload of the item that was published last. */
    public Optional<Element> last(Account account, String node) {
        return items(account, node, 1).stream().filter(item -> !item.payload().isEmpty()).findFirst()
                .map(PubSubXml::payload);
    }

    /** An item of a node. */
    public Optional<Element> item(Account account, String node, String id) {
        return target(account, node).flatMap(t -> offices.stores.items().named(t.node().id(), List.of(id)).stream()
                .filter(item -> !item.payload().isEmpty()).findFirst()).map(PubSubXml::payload);
    }

    /**
     * Publishes an item, to a node that is made if there is none.
     *
     * @throws im.martlet.stanza.StanzaException when it does not fit
     */
    public void publish(Account account, String node, String id, Element payload) {
        offices.publishing.publish(of(account), account.jid(), node,
                List.of(new Fresh(id, account.jid(), payload.toString())), Optional.empty());
    }

    /** Makes a node with an access model, if there is none of this name. */
    public void prepare(Account account, String node, AccessModel access) {
        if (target(account, node).isEmpty())
            offices.publishing.made(of(account), node,
                    defaults(node).with(NodeConfigField.ACCESS_MODEL, access.name().toLowerCase(Locale.ROOT)),
                    account.jid());
    }

    /** Takes items away, as far as they are there. */
    public void retract(Account account, String node, List<String> ids) {
        target(account, node).ifPresent(t -> {
            var there = offices.stores.items().named(t.node().id(), ids).stream().map(Item::name).toList();
            if (!there.isEmpty()) offices.publishing.retract(t, there, account.jid(), true);
        });
    }

    /** Configures a node anew; one that is not there is left so. */
    public void configure(Account account, String node, NodeConfig config) {
        target(account, node).filter(t -> !t.config().equals(config))
                .ifPresent(t -> offices.nodes.reconfigure(t.place(), t.node(), config));
    }

    public static Element payload(Item item) { return PubSubXml.payload(item); }
}
