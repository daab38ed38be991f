package im.martlet.extensions.pubsub;

import im.martlet.extensions.pubsub.rules.NodeConfig;
import im.martlet.extensions.pubsub.rules.NodeConfigField;
import im.martlet.form.DataForm;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.storage.pubsub.Nodes.Node;
import im.martlet.xml.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads and writes the configuration of a node as forms (XEP-0060 §8.2, §16.4). Pure. */
final class ConfigForms {
    static final String CONFIG = PubSubXml.NS + "#node_config";
    private static final String OPTIONS = PubSubXml.NS + "#publish-options";
    private static final String NODE_TYPE = "pubsub#node_type";

    private ConfigForms() {}

    /** Returns the form that an owner fills in. */
    static Element form(NodeConfig config) {
        var fields = new ArrayList<Element>();
        for (NodeConfigField field : NodeConfigField.values())
            fields.add(options(DataForm.field(field.var(), field.kind().type()).with("label", field.label()), field)
                    .with(values(config.all(field))));
        fields.add(DataForm.field(NODE_TYPE, "text-single").with("label", "The type of the node")
                .with(DataForm.value("leaf")));
        return DataForm.blank(CONFIG, fields.toArray(Element[]::new));
    }

    /** Returns the form that announces a changed configuration (§8.2.5). */
    static Element result(NodeConfig config) {
        var x = Element.of(DataForm.NS, "x").with("type", "result")
                .with(DataForm.field("FORM_TYPE", "hidden").with(DataForm.value(CONFIG)));
        for (NodeConfigField field : NodeConfigField.values())
            x = x.with(Element.of(DataForm.NS, "field").with("var", field.var()).with(values(config.all(field))));
        return x;
    }

    private static Element options(Element e, NodeConfigField field) {
        if (!(field.kind() instanceof NodeConfigField.Kind.Choice(var options))) return e;
        return e.with(options.stream()
                .map(o -> Element.of(DataForm.NS, "option").with("label", o).with(DataForm.value(o))).toList());
    }

    private static List<Element> values(List<String> values) { return values.stream().map(DataForm::value).toList(); }

    /**
     * Applies a form to a configuration. Ignores unknown fields.
     *
     * @throws StanzaException if a field cannot have a value (§8.2.4.4)
     */
    static NodeConfig apply(NodeConfig config, DataForm form) {
        if (!form.type().isEmpty() && !form.type().equals(CONFIG))
            throw new StanzaException(Condition.NOT_ACCEPTABLE.because("the form is not of type " + CONFIG));
        if (!form.first(NODE_TYPE).orElse("leaf").equals("leaf")) throw PubSubErrors.unsupported("collections");
        for (Map.Entry<String, List<String>> entry : form.fields().entrySet()) {
            var field = NodeConfigField.of(entry.getKey());
            if (field.isPresent()) config = config.with(field.get(), entry.getValue())
                    .orElseThrow(() -> invalid(entry.getKey(), entry.getValue()));
        }
        return config;
    }

    private static StanzaException invalid(String name, List<String> values) {
        return new StanzaException(Condition.NOT_ACCEPTABLE
                .because("'" + name + "' cannot be " + (values.isEmpty() ? "empty" : "'" + values.getFirst() + "'")));
    }

    // ---- publish-options (§7.1.5)

    /** Returns the preconditions of a publication; empty if it has none. */
    static Optional<DataForm> preconditions(Element pubsub) {
        return pubsub.child("publish-options").map(options -> {
            var form = DataForm.in(options) // without this check a node could be more open than its publisher thinks
                    .orElseThrow(() -> StanzaException.badRequest("<publish-options/> needs a form"));
            if (!form.type().equals(OPTIONS))
                throw new StanzaException(Condition.BAD_REQUEST.because("the form is not of type " + OPTIONS));
            return form;
        });
    }

    /** Returns the configuration of a new node that meets preconditions. */
    static NodeConfig fulfill(NodeConfig config, DataForm preconditions) {
        for (String name : preconditions.names()) {
            var values = preconditions.all(name);
            if (isLeaf(name, values)) continue;
            config = config.with(NodeConfigField.of(name).orElseThrow(() -> unmet(name)), values)
                    .orElseThrow(() -> invalid(name, values));
        }
        return config;
    }

    /** @throws StanzaException if a precondition is not met or not known */
    static void check(NodeConfig config, DataForm preconditions) {
        for (String name : preconditions.names()) {
            var values = preconditions.all(name);
            if (!isLeaf(name, values) && NodeConfigField.of(name).filter(field -> config.has(field, values)).isEmpty())
                throw unmet(name);
        }
    }

    private static boolean isLeaf(String name, List<String> values) {
        return name.equals(NODE_TYPE) && values.equals(List.of("leaf"));
    }

    private static StanzaException unmet(String name) {
        return new StanzaException(Condition.CONFLICT.because("the node's '" + name + "' differs from the precondition")
                .with(Element.of(PubSubXml.ERRORS, "precondition-not-met")));
    }

    // ---- metadata (§5.4)

    static Element metadata(Node node, NodeConfig config) {
        var x = Element.of(DataForm.NS, "x").with("type", "result").with(
                DataForm.field("FORM_TYPE", "hidden").with(DataForm.value(PubSubXml.NS + "#meta-data")),
                DataForm.field("pubsub#creation_date", "text-single").with(DataForm.value(node.created().toString())),
                DataForm.field("pubsub#creator", "jid-single").with(DataForm.value(node.creator().bare().toString())),
                DataForm.field("pubsub#num_items", "text-single").with(DataForm.value(String.valueOf(node.items()))));
        for (NodeConfigField field : List.of(NodeConfigField.TITLE, NodeConfigField.DESCRIPTION,
                NodeConfigField.LANGUAGE, NodeConfigField.TYPE, NodeConfigField.CONTACT, NodeConfigField.ACCESS_MODEL,
                NodeConfigField.PUBLISH_MODEL, NodeConfigField.MAX_ITEMS)) {
            var values = config.all(field).stream().filter(v -> !v.isEmpty()).toList();
            if (!values.isEmpty())
                x = x.with(options(DataForm.field(field.var(), field.kind().type()).with("label", field.label()), field)
                        .with(values(values)));
        }
        return x;
    }
}
