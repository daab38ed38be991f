package im.martlet.stanza;

import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import java.util.Set;

/** How soon somebody who is not looking should hear of a message. Pure. */
public enum Urgency {
    /** It is nothing that people write to each other: a receipt, a marker, who is typing. Or nothing that is kept. */
    NONE,
    /** Somebody has written something. */
    MESSAGE,
    /** Somebody calls (XEP-0353 §3.1, XEP-0482): of no use later. */
    CALL;

    private static final Set<String> KEYED = Set.of(Namespaces.OMEMO, Namespaces.LEGACY_OMEMO);
    private static final Set<String> ENCRYPTED = Set.of("urn:xmpp:openpgp:0", "jabber:x:encrypted");
    private static final Set<String> SENT =
            Set.of("jabber:x:oob", Namespaces.DIRECT_INVITATION, "urn:xmpp:sfs:0", Namespaces.MENTION);

    /** How urgent a message is to who has received it. */
    public static Urgency of(Message m) {
        boolean kept = m.type() == Message.Type.GROUPCHAT ? KeepPolicy.ofContent(m) != KeepPolicy.NOTHING
                : KeepPolicy.of(m) != KeepPolicy.NOTHING;
        if (!kept) return NONE;
        var most = NONE;
        for (Element e : m.payload().elements()) {
            var its = of(e);
            if (its.compareTo(most) > 0) most = its;
        }
        return most;
    }

    private static Urgency of(Element e) {
        if (e.is("urn:xmpp:jingle-message:0", "propose") || e.is("urn:xmpp:call-invites:0", "invite")) return CALL;
        boolean written =
                e.is(Stanza.CLIENT, "body") || ENCRYPTED.contains(e.namespace()) || SENT.contains(e.namespace())
                        || KEYED.contains(e.namespace()) && e.child("payload").isPresent(); // without, it only carries keys
        return written ? MESSAGE : NONE;
    }

    /**
     * Whether a message that somebody has sent shows that they have seen what came before it: they have answered, or
     * said so (XEP-0333).
     */
    public static boolean showsPresence(Message sent) {
        return of(sent) != NONE || sent.has(Namespaces.CHAT_MARKERS, "displayed")
                || sent.has(Namespaces.CHAT_MARKERS, "acknowledged");
    }
}
