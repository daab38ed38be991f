package im.martlet.storage.account;

import java.util.Set;

/** Converts the groups of a roster item to the text of one column, and back. */
public final class RosterGroups {
    private static final String SEPARATOR = "\u001f"; // XML cannot carry it, so no group name contains it

    private RosterGroups() {}

    static String join(Set<String> groups) { return String.join(SEPARATOR, groups); }

    /** Returns the groups in a column's text; none for an empty text. */
    public static Set<String> split(String joined) {
        return joined.isEmpty() ? Set.of() : Set.of(joined.split(SEPARATOR));
    }
}
