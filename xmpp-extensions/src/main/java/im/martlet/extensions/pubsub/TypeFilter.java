package im.martlet.extensions.pubsub;

import im.martlet.extensions.pubsub.rules.NodeConfig;
import im.martlet.extensions.pubsub.rules.NodeConfigField;
import im.martlet.form.DataForm;
import im.martlet.stanza.StanzaException;
import im.martlet.xml.Element;
import java.util.List;

/** XEP-0462: which nodes somebody wants to find, by the type of what is in them. Pure. */
record TypeFilter(List<String> types, boolean included) {
    static final String NS = "urn:xmpp:pubsub-filter:0";
    private static final TypeFilter NONE = new TypeFilter(List.of(), false);

    static TypeFilter in(Element query) {
        return query.child(NS, "filter").flatMap(DataForm::in).map(form -> {
            var included = form.fields().get("included-types");
            var excluded = form.fields().get("excluded-types");
            if (included != null && excluded != null)
                throw StanzaException.badRequest("types are included or excluded"); // §3.2
            return included != null ? new TypeFilter(included, true)
                    : excluded != null ? new TypeFilter(excluded, false) : NONE;
        }).orElse(NONE);
    }

    boolean wants(NodeConfig node) { return types.contains(node.get(NodeConfigField.TYPE)) == included; }
}
