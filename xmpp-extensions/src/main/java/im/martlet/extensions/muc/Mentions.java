package im.martlet.extensions.muc;

import im.martlet.address.Jid;
import im.martlet.stanza.Message;
import im.martlet.xml.Element;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/**
 * Whom a message means: by a reference (XEP-0372 §4.1), or by their nickname in its text. Pure.
 *
 * @param referenced addresses of people, bare, or of them in the room
 * @param text what it says, empty for nothing
 */
record Mentions(Set<Jid> referenced, String text) {
    private static final String REFERENCE = "urn:xmpp:reference:0";
    private static final int MOST = 50; // references that are looked at
    private static final int LONGEST = 5000; // characters of a text that are: it is searched for each member who is away

    static Mentions in(Message m) {
        var referenced = new HashSet<Jid>();
        var text = "";
        int seen = 0;
        for (Element e : m.payload().elements()) {
            if (e.is(im.martlet.stanza.Stanza.CLIENT, "body") && text.isEmpty())
                text = e.text().substring(0, Math.min(e.text().length(), LONGEST));
            if (e.is(REFERENCE, "reference") && e.attribute("type").filter("mention"::equals).isPresent()
                    && seen++ < MOST)
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
            // it means nobody
        }
    }

    /** Whether it refers to somebody. @param nick that is theirs in the room, empty for none */
    boolean refersTo(Jid user, String nick) {
        return referenced.contains(user)
                || !nick.isEmpty() && referenced.stream().anyMatch(r -> r.isFull() && r.resource().equals(nick));
    }

    /** Whether it means somebody, in whatever way. */
    boolean mean(Jid user, String nick) {
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
