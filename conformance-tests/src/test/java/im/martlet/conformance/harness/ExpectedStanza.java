package im.martlet.conformance.harness;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A stanza may carry more than is expected, and so may whatever in it is of the stanza's own namespace; an element of
 * another namespace may not, at any depth: neither attributes nor children nor text.
 */
public record ExpectedStanza(Map<String, String> captured) {
    private static final Set<String> STANZAS = Set.of("jabber:client", "jabber:server", "jabber:component:accept");

    public boolean matches(ReceivedXml e, ReceivedXml a) {
        boolean strict = !STANZAS.contains(e.namespace());
        return e.namespace().equals(a.namespace()) && e.name().equals(a.name())
                && (e.text().isEmpty() && !strict || same(e.text(), a.text()))
                && attributesMatch(e, a, strict) && childrenMatch(e.children(), a.children(), strict);
    }

    private boolean attributesMatch(ReceivedXml e, ReceivedXml a, boolean strict) {
        return (!strict || e.attributes().keySet().containsAll(a.attributes().keySet()))
                && e.attributes().entrySet().stream().allMatch(want -> want.getValue().equals("{none}")
                        != a.attributes().containsKey(want.getKey())
                        && (want.getValue().equals("{none}") || same(want.getValue(), a.attribute(want.getKey()))));
    }

    /** In any order; but each answers for one. */
    private boolean childrenMatch(List<ReceivedXml> expected, List<ReceivedXml> actual, boolean strict) {
        var left = new ArrayList<>(actual);
        for (ReceivedXml e : expected) {
            var found = left.stream().filter(a -> matches(e, a)).findFirst();
            if (found.isEmpty()) return false;
            left.removeIf(a -> a == found.get());
        }
        return !strict || left.isEmpty();
    }

    private boolean same(String want, String got) {
        if (want.equals("{any}")) return true;
        if (want.startsWith("{capture:"))
            return captured.computeIfAbsent(want.replace("capture:", ""), _ -> got).equals(got);
        return want.equals(got);
    }
}
