package im.martlet.extensions.muc;

import im.martlet.address.Jid;
import im.martlet.extensions.muc.wire.MucXml;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.KeepPolicy;
import im.martlet.stanza.Message;
import im.martlet.stanza.Payload;
import im.martlet.stanza.StanzaIds;
import im.martlet.stanza.StoredStanza;
import im.martlet.storage.log.Journal.Write;
import im.martlet.xml.Element;
import java.time.Instant;
import java.util.function.UnaryOperator;

/** XEP-0424 in rooms: of a message that its author takes back, nothing is left but that there was one. */
final class RoomRetractions {
    /** Takes a message back, if this is what another one says and both are of one user. */
    void retracted(LiveRoom live, Message by, Jid author, StanzaTransaction transaction) {
        by.child(KeepPolicy.RETRACT, "retract").flatMap(retract -> retract.attribute("id")).ifPresent(text -> {
            var retracted =
                    Element.of(KeepPolicy.RETRACT, "retracted").with("id", by.id()).with("stamp", Instant.now());
            replace(live, text, author, message -> isBy(message, live.occupantId(author)) && !isRetraction(message)
                    ? tombstone(message, retracted) : message, transaction);
        });
    }

    private static boolean isBy(Message message, String occupantId) {
        return message.child(MucXml.OCCUPANT_ID, "occupant-id").flatMap(e -> e.attribute("id"))
                .filter(occupantId::equals).isPresent();
    }

    /** §5: that stays, for who was away. */
    private static boolean isRetraction(Message message) {
        return message.has(KeepPolicy.RETRACT, "retract");
    }

    /** What stays of a message (§4): whose it was, and what became of it. */
    static Message tombstone(Message message, Element retracted) {
        return message.with(Payload.of(message.payload().elements().stream()
                .filter(e -> e.is(MucXml.OCCUPANT_ID, "occupant-id") || e.is(StanzaIds.NS, "stanza-id")).toList())
                .with(retracted));
    }

    /** Changes what is kept of a message of somebody's; an id that is none of the archive's changes nothing. */
    static void replace(LiveRoom live, String id, Jid author, UnaryOperator<Message> change,
            StanzaTransaction transaction) {
        try {
            long place = StanzaIds.parse(id);
            live.history().replace(place, change);
            if (live.log().isPresent())
                transaction.record(new Write.Replace(live.key(), author.bare(), true, place + 1, id,
                        before -> StoredStanza.bytesForAll(change.apply(StoredStanza.read(before)))), () -> {});
        } catch (NumberFormatException notOurs) {
            // nothing of the room's has such an id
        }
    }
}
