package im.martlet.extensions.pubsub;

import im.martlet.extensions.pubsub.rules.NodeConfig;
import im.martlet.extensions.pubsub.rules.NodeConfigField;
import im.martlet.form.DataForm;
import im.martlet.spec.Xep;
import im.martlet.stanza.StanzaException;
import im.martlet.xml.Element;
import java.util.List;

/** XEP-0462: filters nodes by the type of their items. Pure. */
@Xep(number = 462, title = "PubSub Type Filtering", version = "0.1.1")
record TypeFilter(List<String> types, boolean included) {
    static final String NS = "urn:xmpp:pubsub-filter:0";
    private static final TypeFilter NONE = new TypeFilter(List.of(), false);

    static TypeFilter in(Element query) {
        return query.child(NS, "filter").flatMap(DataForm::in).map(form -> {
            var included = form.fields().get("included-types");
            var excluded = form.fields().get("excluded-types");
            if (included != null && excluded != null) // §3.2
                throw StanzaException.badRequest("a filter has 'included-types' or 'excluded-types', not both");
            return included != null ? new TypeFilter(included, true)
                    : excluded != null ? new TypeFilter(excluded, false) : NONE;
        }).orElse(NONE);
    }

    boolean accepts(NodeConfig node) { return types.contains(node.get(NodeConfigField.TYPE)) == included; }
}
