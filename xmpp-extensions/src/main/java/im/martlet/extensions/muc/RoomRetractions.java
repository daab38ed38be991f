package im.martlet.extensions.muc;

import im.martlet.address.Jid;
import im.martlet.archive.Retention;
import im.martlet.extensions.muc.wire.MucXml;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.KeepPolicy;
import im.martlet.stanza.Message;
import im.martlet.stanza.Payload;
import im.martlet.stanza.StanzaIds;
import im.martlet.stanza.StoredStanza;
import im.martlet.storage.log.Journal.Write;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;

/** Replaces retracted messages in rooms by tombstones, in the archive and in the history (XEP-0424). */
public final class RoomRetractions implements RoomFeature {
    private final boolean archives;

    @Inject RoomRetractions(Retention.Settings archives) { this.archives = archives.enabled(); }

    @Override public List<RoomHook> hooks() {
        return archives ? List.of(new RoomHook.DiscoFeature(KeepPolicy.RETRACT),
                new RoomHook.DiscoFeature(KeepPolicy.RETRACT + "#tombstone")) : List.of();
    }

    /** Replaces the message that another one retracts, if both have the same author. */
    void retract(LiveRoom live, Message retraction, Jid author, StanzaTransaction transaction) {
        retraction.child(KeepPolicy.RETRACT, "retract").flatMap(retract -> retract.attribute("id")).ifPresent(id -> {
            var retracted = Element.of(KeepPolicy.RETRACT, "retracted").with("id", retraction.id()).with("stamp",
                    Instant.now());
            replace(live, id, author, message -> isBy(message, live.occupantId(author)) && !isRetraction(message)
                    ? tombstone(message, retracted) : message, transaction);
        });
    }

    private static boolean isBy(Message message, String occupantId) {
        return message.child(MucXml.OCCUPANT_ID, "occupant-id").flatMap(e -> e.attribute("id"))
                .filter(occupantId::equals).isPresent();
    }

    /** A retraction stays in the archive, for clients that were away (§5). */
    private static boolean isRetraction(Message message) {
        return message.has(KeepPolicy.RETRACT, "retract");
    }

    /** Returns the tombstone of a message (§4): its occupant id and stanza id, and the retraction. */
    public static Message tombstone(Message message, Element retracted) {
        return message.with(Payload.of(message.payload().elements().stream()
                .filter(e -> e.is(MucXml.OCCUPANT_ID, "occupant-id") || e.is(StanzaIds.NS, "stanza-id")).toList())
                .with(retracted));
    }

    /**
     * Changes a message in the archive and in the history. An unknown id changes nothing.
     *
     * @param id the stanza id of the message
     * @param author the author of the message
     */
    public static void replace(LiveRoom live, String id, Jid author, UnaryOperator<Message> change,
            StanzaTransaction transaction) {
        try {
            long logId = StanzaIds.parse(id);
            live.history().replace(logId, change);
            if (live.log().isPresent())
                transaction.record(new Write.Replace(live.key(), author.bare(), true, logId + 1, id,
                        before -> StoredStanza.bytesForAll(change.apply(StoredStanza.read(before)))), () -> {});
        } catch (NumberFormatException notOfThisServer) {
            // no message of the room has such an id
        }
    }
}
