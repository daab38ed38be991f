package im.martlet.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A stanza may carry more than is expected, and so may whatever in it is of the stanza's own namespace; an element of another
 * namespace may not, at any depth: neither attributes nor children nor text.
 */
record Expected(Map<String, String> captured) {
    private static final Set<String> STANZAS = Set.of("jabber:client", "jabber:server", "jabber:component:accept");

    boolean matches(Xml e, Xml a) {
        boolean strict = !STANZAS.contains(e.namespace());
        return e.namespace().equals(a.namespace()) && e.name().equals(a.name())
                && (e.text().isEmpty() && !strict || same(e.text(), a.text()))
                && attributesMatch(e, a, strict) && childrenMatch(e.children(), a.children(), strict);
    }

    private boolean attributesMatch(Xml e, Xml a, boolean strict) {
        return (!strict || e.attributes().keySet().containsAll(a.attributes().keySet()))
                && e.attributes().entrySet().stream().allMatch(want -> want.getValue().equals("{none}") != a.attributes().containsKey(want.getKey())
                        && (want.getValue().equals("{none}") || same(want.getValue(), a.attribute(want.getKey()))));
    }

    /** In any order; but each answers for one. */
    private boolean childrenMatch(List<Xml> expected, List<Xml> actual, boolean strict) {
        var left = new ArrayList<>(actual);
        for (Xml e : expected) {
            var found = left.stream().filter(a -> matches(e, a)).findFirst();
            if (found.isEmpty()) return false;
            left.removeIf(a -> a == found.get());
        }
        return !strict || left.isEmpty();
    }

    private boolean same(String want, String got) {
        if (want.equals("{any}")) return true;
        if (want.startsWith("{capture:")) return captured.computeIfAbsent(want.replace("capture:", ""), _ -> got).equals(got);
        return want.equals(got);
    }
}
