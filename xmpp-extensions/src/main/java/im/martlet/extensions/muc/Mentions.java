package im.martlet.extensions.muc;

import im.martlet.address.Jid;
import im.martlet.spec.Xep;
import im.martlet.stanza.Message;
import im.martlet.stanza.Stanza;
import im.martlet.xml.Element;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/**
 * The users that a message mentions, by a reference (XEP-0372 §4.1) or by a nickname in its text. Pure.
 *
 * @param referenced the addresses in references: bare ones of users, and addresses in the room
 * @param text the text of the message; empty for none
 */
@Xep(number = 452, title = "MUC Mention Notifications", version = "0.2.2")
record Mentions(Set<Jid> referenced, String text) {
    private static final String REFERENCE = "urn:xmpp:reference:0";
    private static final int MAX_REFERENCES = 50; // later ones are ignored
    private static final int MAX_TEXT = 5000; // characters to search, once for each absent member

    /** Returns the mentions in a message as occupants received it. */
    static Mentions in(Message m) {
        var referenced = new HashSet<Jid>();
        var text = "";
        int seen = 0;
        for (Element e : m.payload().elements()) {
            if (e.is(Stanza.CLIENT, "body") && text.isEmpty())
                text = e.text().substring(0, Math.min(e.text().length(), MAX_TEXT));
            if (e.is(REFERENCE, "reference") && e.attribute("type").filter("mention"::equals).isPresent()
                    && seen++ < MAX_REFERENCES)
                add(referenced, e.attribute("uri").orElse(""), m.from().bare());
        }
        return new Mentions(referenced, text);
    }

    private static void add(Set<Jid> referenced, String uri, Jid room) {
        if (!uri.startsWith("xmpp:")) return;
        try {
            var address =
                    Jid.parse(URLDecoder.decode(uri.substring("xmpp:".length()).split("\\?", 2)[0].replace("+", "%2B"),
                            StandardCharsets.UTF_8));
            referenced.add(address.bare().equals(room) ? address : address.bare());
        } catch (IllegalArgumentException e) {
            // an invalid address mentions no user
        }
    }

    /** Returns whether a reference mentions a user. @param nick the nickname reserved for the user; empty for none */
    boolean refersTo(Jid user, String nick) {
        return referenced.contains(user)
                || !nick.isEmpty() && referenced.stream().anyMatch(r -> r.isFull() && r.resource().equals(nick));
    }

    /** Returns whether a reference or the text mentions a user. @param nick as in {@link #refersTo} */
    boolean includes(Jid user, String nick) {
        return refersTo(user, nick) || !nick.isEmpty() && hasWord(nick);
    }

    private boolean hasWord(String nick) {
        for (int at = text.indexOf(nick); at >= 0; at = text.indexOf(nick, at + 1)) {
            boolean begins = at == 0 || !Character.isLetterOrDigit(text.codePointBefore(at));
            int end = at + nick.length();
            if (begins && (end == text.length() || !Character.isLetterOrDigit(text.codePointAt(end)))) return true;
        }
        return false;
    }
}
