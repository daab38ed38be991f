package im.martlet.conformance.harness;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Matches a stanza with the one that a dialogue expects. Elements of a stanza namespace may have more attributes,
 * children and text than expected. Elements of other namespaces must match exactly, at any depth.
 *
 * @param captured the values of all {@code {capture:NAME}} so far; a match adds to them
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
                && e.attributes().entrySet().stream().allMatch(expected -> expected.getValue().equals("{none}")
                        != a.attributes().containsKey(expected.getKey())
                        && (expected.getValue().equals("{none}")
                                || same(expected.getValue(), a.attribute(expected.getKey()))));
    }

    /** Matches children in any order; each actual child matches at most one expected child. */
    private boolean childrenMatch(List<ReceivedXml> expected, List<ReceivedXml> actual, boolean strict) {
        var unmatched = new ArrayList<>(actual);
        for (ReceivedXml e : expected) {
            var found = unmatched.stream().filter(a -> matches(e, a)).findFirst();
            if (found.isEmpty()) return false;
            unmatched.removeIf(a -> a == found.get());
        }
        return !strict || unmatched.isEmpty();
    }

    private boolean same(String expected, String actual) {
        if (expected.equals("{any}")) return true;
        if (expected.startsWith("{capture:"))
            return captured.computeIfAbsent(expected.replace("capture:", ""), _ -> actual).equals(actual);
        return expected.equals(actual);
    }
}
