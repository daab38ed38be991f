package im.martlet.extensions.pubsub;

import static im.martlet.extension.Hook.adminCommand;

import im.martlet.address.Jid;
import im.martlet.extension.AdminCommand;
import im.martlet.extension.AdminException;
import im.martlet.extension.Arguments;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extensions.pubsub.rules.NodeConfig;
import im.martlet.extensions.pubsub.rules.NodeConfigField;
import im.martlet.stanza.StanzaException;
import im.martlet.storage.pubsub.Nodes.Node;
import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Commands that let an admin see and change the nodes of a service or an account. */
public final class PubSubCommands implements Extension {
    private static final int MOST = 1000;

    private final PubSubStores stores;
    private final NodeHandler nodes;
    private final PubSubHosts hosts;

    @Inject PubSubCommands(PubSubStores stores, NodeHandler nodes, PubSubHosts hosts) {
        this.stores = stores;
        this.nodes = nodes;
        this.hosts = hosts;
    }

    @Override public List<Hook> hooks() {
        return List.of(
                adminCommand(AdminCommand
                        .of("pubsub node list", "Lists the nodes of a service or an account", List.of("at"), this::list)
                        .withOptional("after")),
                adminCommand(AdminCommand.of("pubsub node show",
                        "Shows a node with its configuration, affiliations and subscribers",
                        List.of("at", "node"), a -> on(a, host -> show(host, a)))),
                adminCommand(AdminCommand.of("pubsub node delete", "Deletes a node and all its items",
                        List.of("at", "node"), a -> on(a, host -> delete(host, a)))),
                adminCommand(AdminCommand.of("pubsub node config", "Changes a setting of a node",
                        List.of("at", "node", "setting", "value"), a -> on(a, host -> configure(host, a)))),
                adminCommand(AdminCommand.of("pep list", "Lists the nodes of an account", List.of("at"), this::list)
                        .withOptional("after")));
    }

    private Object list(Arguments a) {
        return on(a, host -> stores.nodes().list(host.owner(), a.optional("after").orElse(""), MOST).stream()
                .map(PubSubCommands::row).toList());
    }

    private static Map<String, Object> row(Node node) {
        var row = new LinkedHashMap<String, Object>();
        var config = NodeConfig.read(node.config());
        row.put("node", node.name());
        row.put("access", config.get(NodeConfigField.ACCESS_MODEL));
        row.put("items", node.items());
        row.put("bytes", node.bytes());
        row.put("created", node.created().toString());
        return row;
    }

    private Object show(PubSubHost host, Arguments a) {
        var node = node(host, a);
        var row = row(node);
        row.put("creator", node.creator().toString());
        var config = NodeConfig.read(node.config());
        var settings = new LinkedHashMap<String, Object>();
        for (NodeConfigField field : NodeConfigField.values())
            settings.put(name(field), String.join(", ", config.all(field)));
        row.put("config", settings);
        var affiliations = new LinkedHashMap<String, Object>();
        stores.affiliations().all(node.id())
                .forEach((entity, affiliation) -> affiliations.put(entity.toString(),
                        SubscribeHandler.name(affiliation)));
        row.put("affiliations", affiliations);
        row.put("subscriptions",
                SubscribeHandler.current(stores, node.id()).stream().limit(MOST).map(
                        s -> Map.of("address", s.subscriber().toString(), "status", SubscribeHandler.name(s.status())))
                        .toList());
        return row;
    }

    private Object delete(PubSubHost host, Arguments a) {
        var node = node(host, a);
        nodes.delete(host, node, Optional.empty());
        return Map.of("node", node.name(), "items", node.items());
    }

    private Object configure(PubSubHost host, Arguments a) {
        var node = node(host, a);
        var field = List.of(NodeConfigField.values()).stream().filter(f -> name(f).equals(a.text("setting")))
                .findFirst()
                .orElseThrow(() -> new AdminException(
                        "there is no setting '" + a.text("setting") + "'; the settings are " + String.join(", ",
                                List.of(NodeConfigField.values()).stream().map(PubSubCommands::name).toList())));
        var values = field.kind() == NodeConfigField.Kind.TEXTS || field.kind() == NodeConfigField.Kind.ADDRESSES
                ? List.of(a.text("value").split(",")) : List.of(a.text("value"));
        var config = NodeConfig.read(node.config()).with(field, values).orElseThrow(
                () -> new AdminException("'" + a.text("setting") + "' cannot be '" + a.text("value") + "'"));
        if (!host.supports(config.access())) throw new AdminException("a service cannot use the access model '"
                + config.get(NodeConfigField.ACCESS_MODEL) + "', because it knows no presence and no rosters");
        nodes.reconfigure(host, node, config);
        return Map.of("node", node.name(), name(field), String.join(", ", config.all(field)));
    }

    private static String name(NodeConfigField field) { return field.name().toLowerCase(Locale.ROOT); }

    private Node node(PubSubHost host, Arguments a) {
        return stores.nodes().find(host.owner(), a.text("node"))
                .orElseThrow(() -> new AdminException("there is no node '" + a.text("node") + "' at " + host.jid()));
    }

    private Object on(Arguments a, Function<PubSubHost, Object> work) {
        Jid at = a.address("at");
        try {
            return hosts.on(at, work);
        } catch (StanzaException e) {
            throw new AdminException(e.error().text().isEmpty() ? e.error().condition().toString() : e.error().text());
        }
    }
}
