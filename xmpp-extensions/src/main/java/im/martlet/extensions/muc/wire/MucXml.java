package im.martlet.extensions.muc.wire;

import im.martlet.address.Jid;
import im.martlet.address.JidException;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;

/** The namespaces of rooms, and their small elements. */
public final class MucXml {
    public static final String NS = "http://jabber.org/protocol/muc";
    public static final String USER = NS + "#user";
    public static final String ADMIN = NS + "#admin";
    public static final String OWNER = NS + "#owner";
    public static final String STABLE_ID = NS + "#stable_id";
    public static final String SELF_PING = NS + "#self-ping-optimization";
    public static final String CONFIG = NS + "#roomconfig";
    public static final String INFO = NS + "#roominfo";
    public static final String REQUEST = NS + "#request";
    public static final String REGISTER = NS + "#register";
    public static final String TRAFFIC = NS + "#traffic";
    public static final String OCCUPANT_ID = Namespaces.OCCUPANT_ID;
    public static final String DELAY = Namespaces.DELAY;
    public static final String DISCO_INFO = Namespaces.DISCO_INFO;
    public static final String DISCO_ITEMS = Namespaces.DISCO_ITEMS;

    private MucXml() {}

    /** Returns the element that a room adds to presence: an item and status codes. */
    public static Element x(Element item, int... status) {
        var x = Element.of(USER, "x").with(item);
        for (int code : status) x = x.with(status(code));
        return x;
    }

    public static Element status(int code) { return Element.of(USER, "status").with("code", code); }

    public static Element occupantId(String id) { return Element.of(OCCUPANT_ID, "occupant-id").with("id", id); }

    /** Returns the text of a child; empty when the child is absent. */
    public static String text(Element parent, String child) {
        return parent.childText(child).orElse("");
    }

    /** Returns the address in a text. @throws StanzaException when the text is not a valid address */
    public static Jid address(String text) {
        try {
            return Jid.parse(text);
        } catch (JidException e) {
            throw new StanzaException(
                    Condition.JID_MALFORMED.because("'" + text + "' is not a valid address: " + e.getMessage()));
        }
    }

    /**
     * Returns the address of a nickname in a room.
     *
     * @throws StanzaException when the nickname is not valid or has only spaces (XEP-0045 §17.1)
     */
    public static Jid withNick(Jid room, String nick) {
        try {
            if (!nick.isBlank()) return room.withResource(nick);
        } catch (JidException e) {
            throw new StanzaException(
                    Condition.JID_MALFORMED.because("this is not a valid nickname: " + e.getMessage()));
        }
        throw new StanzaException(Condition.NOT_ACCEPTABLE.because("a nickname needs a visible character"));
    }

    /** Returns an element of the stanza's own namespace with a text. */
    public static Element plain(String name, String text) {
        return Element.of(Stanza.CLIENT, name).withText(text);
    }
}
