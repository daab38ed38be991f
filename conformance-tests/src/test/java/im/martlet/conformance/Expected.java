package im.martlet.conformance;

import java.util.Map;

/** A stanza may carry more than is expected; an element with a namespace of its own may not. */
record Expected(Map<String, String> captured) {
    boolean matches(Xml e, Xml a) { return matches(e, a, "jabber:client"); }

    private boolean matches(Xml e, Xml a, String outer) {
        boolean strict = !e.namespace().equals(outer) && !e.namespace().equals("jabber:client");
        if (!e.namespace().equals(a.namespace()) || !e.name().equals(a.name()) || !e.text().isEmpty() && !same(e.text(), a.text())) return false;
        for (var attribute : e.attributes().entrySet()) {
            if (attribute.getValue().equals("{none}") ? a.attributes().containsKey(attribute.getKey())
                    : !a.attributes().containsKey(attribute.getKey()) || !same(attribute.getValue(), a.attribute(attribute.getKey()))) return false;
        }
        if (strict && (e.attributes().size() != a.attributes().size() || e.children().size() != a.children().size())) return false;
        return e.children().stream().allMatch(ec -> a.children().stream().anyMatch(ac -> matches(ec, ac, e.namespace())));
    }

    private boolean same(String want, String got) {
        if (want.equals("{any}")) return true;
        if (want.startsWith("{capture:")) return captured.computeIfAbsent(want.replace("capture:", ""), _ -> got).equals(got);
        return want.equals(got);
    }
}
