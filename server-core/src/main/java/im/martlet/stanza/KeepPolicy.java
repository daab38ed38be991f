package im.martlet.stanza;

import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;

/** Whether a message is kept (XEP-0313 §6.1.1, XEP-0334, XEP-0160 §3). Pure. */
public enum KeepPolicy {
    /** It is gone when nobody is there to take it. */
    NOTHING,
    /** It waits until it is delivered, and is no history. */
    UNTIL_DELIVERED,
    /** It is history. */
    HISTORY;

    public static final String HINTS = Namespaces.HINTS;
    /** XEP-0424. */
    public static final String RETRACT = "urn:xmpp:message-retract:1";

    /** What a message is worth to who sent or received it, if they want all that can be had. */
    public static KeepPolicy of(Message m) {
        return switch (m.type()) {
            case ERROR, HEADLINE, GROUPCHAT -> NOTHING;
            case NORMAL, CHAT ->
                    m.has(Namespaces.PUBSUB_EVENT, "event") && ofContent(m) == NOTHING && isForBare(m) ? UNTIL_DELIVERED
                            : ofContent(m);
        };
    }

    /** A subscriber's bare address: a node that sends no headlines wants its events to wait (XEP-0060 §12.7). */
    private static boolean isForBare(Message m) {
        return m.to() != null && m.to().isBare() && !m.has(HINTS, "no-store");
    }

    /** What a message is worth for what is in it, of whatever type it is. */
    public static KeepPolicy ofContent(Message m) {
        if (m.has(HINTS, "no-store")) return NOTHING;
        if (m.has(HINTS, "no-permanent-store")) return UNTIL_DELIVERED;
        if (m.has(HINTS, "store") || m.hasBody()) return HISTORY;
        var worth = NOTHING;
        for (Element e : m.payload().elements()) {
            var its = of(e);
            if (its.compareTo(worth) > 0) worth = its;
        }
        return worth;
    }

    private static KeepPolicy of(Element e) {
        return switch (e.namespace()) {
            case Namespaces.CHAT_STATES, HINTS, Namespaces.STANZA_ID, Namespaces.DELAY,
                    Namespaces.CARBONS,
                    Namespaces.PUBSUB_EVENT, Namespaces.ARCHIVE -> NOTHING; // an archive answers whoever has asked, and has it still
            case Stanza.CLIENT -> e.name().equals("thread") ? NOTHING : UNTIL_DELIVERED;
            case RETRACT, Namespaces.CHAT_MARKERS, Namespaces.RECEIPTS, "urn:xmpp:reactions:0",
                    Namespaces.CORRECTION,
                    "urn:xmpp:fasten:0", Namespaces.OMEMO, Namespaces.LEGACY_OMEMO, "urn:xmpp:openpgp:0",
                    "urn:xmpp:eme:0",
                    "jabber:x:encrypted", "jabber:x:oob", Namespaces.DIRECT_INVITATION, "urn:xmpp:jingle-message:0",
                    "urn:xmpp:call-invites:0",
                    "urn:xmpp:sfs:0" -> HISTORY;
            default -> UNTIL_DELIVERED;
        };
    }
}
