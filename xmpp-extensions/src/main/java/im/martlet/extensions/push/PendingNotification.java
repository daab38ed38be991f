package im.martlet.extensions.push;

import im.martlet.address.Jid;
import im.martlet.stanza.Message;
import im.martlet.stanza.Stanza;
import im.martlet.stanza.StanzaIds;
import im.martlet.stanza.Urgency;
import im.martlet.xml.Element;
import im.martlet.xml.XmlException;
import im.martlet.xml.XmlReader;
import java.util.Optional;

/**
 * A notification that waits in the outbox. Pure.
 *
 * @param count the number of messages that no device has received, with this one
 * @param from the sender; empty if it is not at hand
 * @param body the beginning of the text; empty if there is none, or push services must not get it
 * @param inRoom the room's id for the message; empty if it is not from a room
 */
record PendingNotification(Urgency urgency, int count, Optional<Jid> from, Optional<String> body,
        Optional<String> inRoom) {
    private static final String NS = Notification.OWN;
    private static final int LONGEST_BODY = 400; // code points

    /** Returns the notification of a message that only the log knows. */
    static PendingNotification unknown(int count) {
        return new PendingNotification(Urgency.MESSAGE, count, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * Returns the notification of a message.
     *
     * @param body whether push services may get the text
     */
    static PendingNotification of(Message m, int count, boolean body) {
        var room = m.type() == Message.Type.GROUPCHAT ? Optional.of(idInRoom(m)) : Optional.<String>empty();
        var text = body ? m.payload().elements().stream().filter(e -> e.is(Stanza.CLIENT, "body")).findFirst()
                .map(Element::text).map(PendingNotification::shortened) : Optional.<String>empty();
        return new PendingNotification(Urgency.of(m), count, Optional.of(m.from()), text, room);
    }

    /** Returns the id that a room gave to a message (XEP-0359), or else the sender's id. */
    static String idInRoom(Message m) {
        var room = m.from().bare();
        return m.payload().elements().stream()
                .filter(e -> e.is(StanzaIds.NS, "stanza-id")
                        && e.attribute("by").filter(room.toString()::equals).isPresent())
                .findFirst()
                .flatMap(e -> e.attribute("id")).orElseGet(() -> m.id());
    }

    private static String shortened(String text) {
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

    /** Reads the text that {@link #write} wrote. Returns {@link #unknown} if it is damaged. */
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
