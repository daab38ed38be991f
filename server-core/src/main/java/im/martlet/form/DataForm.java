package im.martlet.form;

import im.martlet.stanza.StanzaException;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A data form of type {@code submit} (XEP-0004).
 *
 * @param fields the values by field name, in order
 */
public record DataForm(Map<String, List<String>> fields) {
    public static final String NS = Namespaces.DATA_FORM;

    /**
     * Reads the form in an element, if there is one.
     *
     * @throws StanzaException if the form is not of type {@code submit}
     */
    public static Optional<DataForm> in(Element parent) {
        return parent.child(NS, "x").map(x -> {
            if (x.attribute("type").filter("submit"::equals).isEmpty())
                throw StanzaException.badRequest("a form that is filled in must be of type 'submit'");
            var fields = new LinkedHashMap<String, List<String>>();
            for (Element field : x.children()) if (field.is(NS, "field"))
                fields.computeIfAbsent(
                        field.attribute("var").orElseThrow(() -> StanzaException.badRequest("a field needs a 'var'")),
                        _ -> new ArrayList<>())
                        .addAll(field.children().stream().filter(v -> v.is(NS, "value")).map(Element::text).toList());
            return new DataForm(fields);
        });
    }

    /** Returns the value of {@code FORM_TYPE}; empty if there is none. */
    public String type() {
        return first("FORM_TYPE").orElse("");
    }

    /** Returns the names of the fields, without {@code FORM_TYPE}. */
    public Set<String> names() {
        var names = new java.util.LinkedHashSet<>(fields.keySet());
        names.remove("FORM_TYPE");
        return names;
    }

    /** Returns the first value of a field. */
    public Optional<String> first(String field) {
        return all(field).stream().findFirst();
    }

    public List<String> all(String field) { return fields.getOrDefault(field, List.of()); }

    /** Returns a form to be filled in. */
    public static Element blank(String type, Element... fields) {
        return Element.of(NS, "x").with("type", "form").with(field("FORM_TYPE", "hidden").with(value(type)))
                .with(fields);
    }

    public static Element field(String name, String type) {
        return Element.of(NS, "field").with("type", type).with("var", name);
    }

    public static Element value(String text) { return Element.of(NS, "value").withText(text); }
}
