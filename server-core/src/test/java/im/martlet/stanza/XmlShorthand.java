package im.martlet.stanza;

import im.martlet.xml.Namespaces;
import java.util.Map;

/** Short names of namespaces, which keep the rows of a table of messages short. */
final class XmlShorthand {
    private static final Map<String, String> NAMESPACES = Map.of("HINTS", Namespaces.HINTS, "STATES",
            Namespaces.CHAT_STATES, "JINGLE", "urn:xmpp:jingle-message:0", "OMEMO", Namespaces.LEGACY_OMEMO,
            "INVITATION", Namespaces.DIRECT_INVITATION, "MUC", Namespaces.MUC_USER, "EVENT", Namespaces.PUBSUB_EVENT);

    private XmlShorthand() {}

    /** Returns the XML with the namespaces in full. */
    static String expand(String content) {
        var expanded = content;
        for (var e : NAMESPACES.entrySet())
            expanded = expanded.replace("'" + e.getKey() + "'", "'" + e.getValue() + "'");
        return expanded;
    }
}
