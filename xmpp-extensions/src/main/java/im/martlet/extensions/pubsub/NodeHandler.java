package im.martlet.extensions.pubsub;

import im.martlet.address.Jid;
import im.martlet.extensions.pubsub.rules.NodeConfig;
import im.martlet.extensions.pubsub.rules.NodeConfigField;
import im.martlet.extensions.pubsub.rules.NodeOperation;
import im.martlet.form.DataForm;
import im.martlet.stanza.RandomIds;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.storage.pubsub.Nodes.Node;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;

/** Creates, configures and deletes nodes (XEP-0060 §8.1-§8.4). */
final class NodeHandler {
    private final PubSubStores stores;
    private final NodeAccess access;
    private final Notifier notifier;
    private final PublishHandler publishHandler;

    @Inject NodeHandler(PubSubStores stores, NodeAccess access, Notifier notifier, PublishHandler publishHandler) {
        this.stores = stores;
        this.access = access;
        this.notifier = notifier;
        this.publishHandler = publishHandler;
    }

    /** Creates a node (§8.1). Chooses a name if the request has none. */
    List<Element> create(PubSubHost host, Jid requester, Element pubsub, Element create) {
        if (!host.mayCreate(requester)) throw new StanzaException(Condition.FORBIDDEN.plain());
        checkType(create);
        var requestedName = PubSubXml.optionalNode(create);
        var name = requestedName.orElseGet(RandomIds::next);
        var standard = host.defaults(name);
        var config = PubSubXml.companion(pubsub, create, "configure").flatMap(DataForm::in)
                .map(form -> ConfigForms.apply(standard, form)).orElse(standard);
        if (access.find(host, name, requester).isPresent()) throw new StanzaException(Condition.CONFLICT.plain());
        publishHandler.create(host, name, config, requester);
        return requestedName.isPresent() ? List.of() : List
                .of(Element.of(PubSubXml.NS, "pubsub").with(Element.of(PubSubXml.NS, "create").with("node", name)));
    }

    /** Returns the form with a node's configuration (§8.2.1, §8.2.2). */
    Element form(PubSubHost host, Jid requester, Element configure) {
        var target = access.require(host, PubSubXml.node(configure), requester, NodeOperation.CONFIGURE);
        return Element.of(PubSubXml.OWNER, "configure").with("node", target.node().name())
                .with(ConfigForms.form(target.config()));
    }

    /** Returns the form with the default configuration (§8.3). */
    Element standardConfig(PubSubHost host, Element request) {
        checkType(request);
        return Element.of(PubSubXml.OWNER, "default").with(ConfigForms.form(host.defaults("")));
    }

    private static void checkType(Element e) {
        if (e.attribute("type").filter(type -> !type.equals("leaf")).isPresent())
            throw PubSubErrors.unsupported("collections");
    }

    /** Applies a form to a node's configuration (§8.2.4). */
    void configure(PubSubHost host, Jid requester, Element configure) {
        var target = access.require(host, PubSubXml.node(configure), requester, NodeOperation.CONFIGURE);
        if (configure.child(DataForm.NS, "x").flatMap(x -> x.attribute("type")).filter("cancel"::equals).isPresent())
            return;
        var form = DataForm.in(configure).orElseThrow(() -> StanzaException.badRequest("<configure/> needs a form"));
        var config = ConfigForms.apply(target.config(), form);
        PublishHandler.checkSupport(host, config);
        reconfigure(host, target.node(), config);
    }

    void reconfigure(PubSubHost host, Node node, NodeConfig config) {
        stores.nodes().configure(node.id(), config.write());
        int keep = config.is(NodeConfigField.PERSIST_ITEMS) ? config.keep(PublishHandler.MOST_ITEMS) : 0;
        if (keep == 0) stores.items().forget(node.id(), Long.MAX_VALUE);
        else if (node.items() > keep) stores.items().publish(node.id(), List.of(), keep);
        if (!config.is(NodeConfigField.NOTIFY_CONFIG)) return; // §8.2.5
        var event = Element.of(PubSubXml.EVENT, "configuration").with("node", node.name());
        notifier.announce(host, node, config,
                config.is(NodeConfigField.DELIVER_PAYLOADS) ? event.with(ConfigForms.result(config)) : event);
    }

    /** Deletes a node (§8.4). */
    void delete(PubSubHost host, Jid requester, Element delete) {
        var target = access.require(host, PubSubXml.node(delete), requester, NodeOperation.DELETE);
        delete(host, target.node(), delete.child("redirect").flatMap(redirect -> redirect.attribute("uri")));
    }

    void delete(PubSubHost host, Node node, Optional<String> redirect) {
        var config = NodeConfig.read(node.config());
        var event = Element.of(PubSubXml.EVENT, "delete").with("node", node.name());
        if (config.is(NodeConfigField.NOTIFY_DELETE)) notifier.deleted(host, node, config, redirect
                .map(uri -> event.with(Element.of(PubSubXml.EVENT, "redirect").with("uri", uri))).orElse(event));
        stores.nodes().delete(node.id()); // last, because it also deletes the subscriptions
        host.changed(node.name());
    }
}
