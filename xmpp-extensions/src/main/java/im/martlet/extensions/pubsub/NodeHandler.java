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

/** Nodes come, change and go (XEP-0060 §8.1-§8.4). */
final class NodeHandler {
    private final PubSubStores stores;
    private final NodeAccess desk;
    private final Notifier notifier;
    private final PublishHandler publishing;

    @Inject NodeHandler(PubSubStores stores, NodeAccess desk, Notifier notifier, PublishHandler publishing) {
        this.stores = stores;
        this.desk = desk;
        this.notifier = notifier;
        this.publishing = publishing;
    }

    /** §8.1; without a name it gets one. */
    List<Element> create(PubSubHost place, Jid who, Element pubsub, Element create) {
        if (!place.mayCreate(who)) throw new StanzaException(Condition.FORBIDDEN.plain());
        checkType(create);
        var wanted = PubSubXml.optionalNode(create);
        var name = wanted.orElseGet(RandomIds::next);
        var standard = place.defaults(name);
        var config = PubSubXml.companion(pubsub, create, "configure").flatMap(DataForm::in)
                .map(form -> ConfigForms.apply(standard, form)).orElse(standard);
        if (desk.look(place, name, who).isPresent()) throw new StanzaException(Condition.CONFLICT.plain());
        publishing.made(place, name, config, who);
        return wanted.isPresent() ? List.of() : List
                .of(Element.of(PubSubXml.NS, "pubsub").with(Element.of(PubSubXml.NS, "create").with("node", name)));
    }

    /** §8.2.1, §8.2.2. */
    Element form(PubSubHost place, Jid who, Element configure) {
        var target = desk.find(place, PubSubXml.node(configure), who, NodeOperation.CONFIGURE);
        return Element.of(PubSubXml.OWNER, "configure").with("node", target.node().name())
                .with(ConfigForms.form(target.config()));
    }

    /** §8.3. */
    Element standard(PubSubHost place, Element asked) {
        checkType(asked);
        return Element.of(PubSubXml.OWNER, "default").with(ConfigForms.form(place.defaults("")));
    }

    private static void checkType(Element e) {
        if (e.attribute("type").filter(type -> !type.equals("leaf")).isPresent())
            throw PubSubErrors.unsupported("collections");
    }

    /** §8.2.4. */
    void configure(PubSubHost place, Jid who, Element configure) {
        var target = desk.find(place, PubSubXml.node(configure), who, NodeOperation.CONFIGURE);
        if (configure.child(DataForm.NS, "x").flatMap(x -> x.attribute("type")).filter("cancel"::equals).isPresent())
            return;
        var form = DataForm.in(configure).orElseThrow(() -> StanzaException.badRequest("there is no form"));
        var config = ConfigForms.apply(target.config(), form);
        PublishHandler.checkOffer(place, config);
        reconfigure(place, target.node(), config);
    }

    void reconfigure(PubSubHost place, Node node, NodeConfig config) {
        stores.nodes().configure(node.id(), config.write());
        int keep = config.is(NodeConfigField.PERSIST_ITEMS) ? config.keep(PublishHandler.MOST_ITEMS) : 0;
        if (keep == 0) stores.items().forget(node.id(), Long.MAX_VALUE);
        else if (node.items() > keep) stores.items().publish(node.id(), List.of(), keep);
        if (!config.is(NodeConfigField.NOTIFY_CONFIG)) return; // §8.2.5
        var told = Element.of(PubSubXml.EVENT, "configuration").with("node", node.name());
        notifier.tell(place, node, config,
                config.is(NodeConfigField.DELIVER_PAYLOADS) ? told.with(ConfigForms.result(config)) : told);
    }

    /** §8.4. */
    void delete(PubSubHost place, Jid who, Element delete) {
        var target = desk.find(place, PubSubXml.node(delete), who, NodeOperation.DELETE);
        delete(place, target.node(), delete.child("redirect").flatMap(redirect -> redirect.attribute("uri")));
    }

    void delete(PubSubHost place, Node node, Optional<String> redirect) {
        var config = NodeConfig.read(node.config());
        var told = Element.of(PubSubXml.EVENT, "delete").with("node", node.name());
        if (config.is(NodeConfigField.NOTIFY_DELETE)) notifier.deleted(place, node, config,
                redirect.map(uri -> told.with(Element.of(PubSubXml.EVENT, "redirect").with("uri", uri))).orElse(told)); // while it is known who is to hear of it
        stores.nodes().delete(node.id());
        place.changed(node.name());
    }
}
