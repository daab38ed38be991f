package im.martlet.stanza;

import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;

/** How long the server keeps a message (XEP-0313 §6.1.1, XEP-0334, XEP-0160 §3). Pure. */
public enum KeepPolicy {
    /** Not kept. If no session takes the message, it is lost. */
    NOTHING,
    /** Kept until a session has received it; not part of the archive. */
    UNTIL_DELIVERED,
    /** Kept in the archive. */
    HISTORY;

    public static final String HINTS = Namespaces.HINTS;
    /** XEP-0424. */
    public static final String RETRACT = "urn:xmpp:message-retract:1";

    /** Returns the policy for a message, for an account that archives as much as it can. */
    public static KeepPolicy of(Message m) {
        return switch (m.type()) {
            case ERROR, HEADLINE, GROUPCHAT -> NOTHING;
            case NORMAL, CHAT -> {
                var policy = ofContent(m);
                yield policy == NOTHING && m.has(Namespaces.PUBSUB_EVENT, "event") && isForBare(m) ? UNTIL_DELIVERED
                        : policy;
            }
        };
    }

    /** XEP-0060 §12.7: a node that sends no headlines wants its events to wait for the subscriber's bare address. */
    private static boolean isForBare(Message m) {
        return m.to() != null && m.to().isBare() && !m.has(HINTS, "no-store");
    }

    /** Returns the policy for the content of a message of any type. */
    public static KeepPolicy ofContent(Message m) {
        if (m.has(HINTS, "no-store")) return NOTHING;
        if (m.has(HINTS, "no-permanent-store")) return UNTIL_DELIVERED;
        if (m.has(HINTS, "store") || m.hasBody()) return HISTORY;
        var policy = NOTHING;
        for (Element e : m.payload().elements()) {
            var keep = MessageContent.of(e).keep();
            if (keep.compareTo(policy) > 0) policy = keep;
        }
        return policy;
    }

    /** Returns the reason, in English, why the policy for a message is not {@link #HISTORY}. */
    public static String notHistoryBecause(Message m) {
        return switch (m.type()) {
            case ERROR -> "the message is of type error";
            case HEADLINE -> "the message is of type headline";
            case GROUPCHAT -> "the message is of type groupchat";
            case NORMAL, CHAT -> m.has(HINTS, "no-store") ? "the message has the hint no-store"
                    : m.has(HINTS, "no-permanent-store") ? "the message has the hint no-permanent-store"
                    : "the message carries no text and nothing else that is history";
        };
    }
}
