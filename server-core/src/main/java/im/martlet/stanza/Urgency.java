package im.martlet.stanza;

import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;

/** How soon a notification should tell an absent user of a message. Pure. */
public enum Urgency {
    /** Not at all: the message carries no words of a user (a receipt, a marker, a chat state), or it is not kept. */
    NONE,
    /** Soon: the sender wrote something. */
    MESSAGE,
    /** At once: the sender calls (XEP-0353 §3.1, XEP-0482). Later the notification is useless. */
    CALL;

    /** Returns the urgency of a message for the account that received it. */
    public static Urgency of(Message m) {
        var policy = m.type() == Message.Type.GROUPCHAT ? KeepPolicy.ofContent(m) : KeepPolicy.of(m);
        if (policy == KeepPolicy.NOTHING) return NONE;
        var highest = NONE;
        for (Element e : m.payload().elements()) {
            var urgency = MessageContent.of(e).urgency();
            if (urgency.compareTo(highest) > 0) highest = urgency;
        }
        return highest;
    }

    /**
     * Returns true if a message that a user sent shows that the user has seen the messages before it: the user
     * answered, or the client sent a displayed marker (XEP-0333).
     */
    public static boolean showsPresence(Message sent) {
        return of(sent) != NONE || sent.has(Namespaces.CHAT_MARKERS, "displayed")
                || sent.has(Namespaces.CHAT_MARKERS, "acknowledged");
    }
}
