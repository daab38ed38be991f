package im.martlet.extensions.push;

import im.martlet.address.Jid;
import im.martlet.stanza.Message;
import im.martlet.stanza.StanzaIds;
import im.martlet.stanza.Urgency;
import im.martlet.xml.Element;
import im.martlet.xml.XmlException;
import im.martlet.xml.XmlReader;
import java.util.Optional;

/**
 * What is known of a message that a device is to be notified of, until it was: as a note in the outbox. Pure.
 *
 * @param count messages that no device has taken, this one included
 * @param from who has written; empty when that is not at hand
 * @param body a piece of it; empty when there is none, or it is to be withheld
 * @param inRoom how a room calls the message; empty for one that is no room's
 */
record PendingNotification(Urgency urgency, int count, Optional<Jid> from, Optional<String> body,
        Optional<String> inRoom) {
    private static final String NS = Notification.OWN;
    private static final int LONGEST_BODY = 400;

    /** Of a message of which only the log knows more. */
    static PendingNotification unknown(int count) {
        return new PendingNotification(Urgency.MESSAGE, count, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** Of a message for people. @param body whether what is in it may be told */
    static PendingNotification of(Message m, int count, boolean body) {
        var room = m.type() == Message.Type.GROUPCHAT ? Optional.of(nameInRoom(m)) : Optional.<String>empty();
        var text = body ? m.payload().elements().stream().filter(e -> e.is(im.martlet.stanza.Stanza.CLIENT, "body"))
                .findFirst().map(Element::text).map(PendingNotification::piece) : Optional.<String>empty();
        return new PendingNotification(Urgency.of(m), count, Optional.of(m.from()), text, room);
    }

    /** How a room calls a message (XEP-0359), or else who has sent it. */
    static String nameInRoom(Message m) {
        var room = m.from().bare();
        return m.payload().elements().stream()
                .filter(e -> e.is(StanzaIds.NS, "stanza-id")
                        && e.attribute("by").filter(room.toString()::equals).isPresent())
                .findFirst()
                .flatMap(e -> e.attribute("id")).orElseGet(() -> m.id());
    }

    private static String piece(String text) {
        return text.codePointCount(0, text.length()) <= LONGEST_BODY ? text
                : text.substring(0, text.offsetByCodePoints(0, LONGEST_BODY - 1)) + "…";
    }

    boolean isCall() { return urgency == Urgency.CALL; }

    String write() {
        var e = Element.of(NS, "notice").with("urgency", urgency.name()).with("count", count);
        if (from.isPresent()) e = e.with("from", from.get());
        if (inRoom.isPresent()) e = e.with("room", inRoom.get());
        return body.map(e::withText).orElse(e).toString();
    }

    /** Reads what {@link #write} wrote; anything else is damage, and tells nothing. */
    static PendingNotification read(String note) {
        try {
            var e = XmlReader.parse(note);
            return new PendingNotification(Urgency.valueOf(e.attribute("urgency").orElseThrow()),
                    Integer.parseInt(e.attribute("count").orElseThrow()), e.attribute("from").map(Jid::parse),
                    Optional.of(e.text()).filter(t -> !t.isEmpty()), e.attribute("room"));
        } catch (XmlException | RuntimeException damaged) {
            return unknown(1);
        }
    }
}
