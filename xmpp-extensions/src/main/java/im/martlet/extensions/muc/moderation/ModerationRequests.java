package im.martlet.extensions.muc.moderation;

import im.martlet.archive.Retention;
import im.martlet.extensions.muc.LiveRoom;
import im.martlet.extensions.muc.LiveRooms;
import im.martlet.extensions.muc.RoomBroadcast;
import im.martlet.extensions.muc.RoomFeature;
import im.martlet.extensions.muc.RoomHook;
import im.martlet.extensions.muc.RoomLog;
import im.martlet.extensions.muc.RoomRetractions;
import im.martlet.extensions.muc.state.Occupant;
import im.martlet.extensions.muc.state.Role;
import im.martlet.extensions.muc.wire.MucXml;
import im.martlet.routing.ErrorReplies;
import im.martlet.session.Mailboxes;
import im.martlet.session.StanzaTransaction;
import im.martlet.spec.Xep;
import im.martlet.stanza.Iq;
import im.martlet.stanza.KeepPolicy;
import im.martlet.stanza.Message;
import im.martlet.stanza.Payload;
import im.martlet.stanza.RandomIds;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.stanza.StanzaIds;
import im.martlet.storage.db.StorageException;
import im.martlet.storage.log.Archive;
import im.martlet.storage.log.Archive.Entry;
import im.martlet.storage.log.Archive.Selection;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets moderators retract messages of other occupants (XEP-0425). The archive keeps a tombstone that names the
 * moderator.
 */
@Xep(number = 425, title = "Moderated Message Retraction", version = "0.3.0")
final class ModerationRequests implements RoomFeature {
    private static final Logger LOG = LoggerFactory.getLogger(ModerationRequests.class);
    private static final String NS = "urn:xmpp:message-moderate:1";

    private final LiveRooms rooms;
    private final Archive archive;
    private final boolean archives;
    private final Mailboxes mailboxes;
    private final RoomBroadcast broadcast;

    @Inject ModerationRequests(LiveRooms rooms, Archive archive, Retention.Settings archives, Mailboxes mailboxes,
            RoomBroadcast broadcast) {
        this.rooms = rooms;
        this.archive = archive;
        this.archives = archives.enabled();
        this.mailboxes = mailboxes;
        this.broadcast = broadcast;
    }

    @Override public List<RoomHook> hooks() {
        var handler = new RoomHook.RequestHandler(NS, this::answer);
        return archives ? List.of(new RoomHook.DiscoFeature(NS), handler) : List.of(handler);
    }

    private void answer(LiveRoom live, Iq.Request request, StanzaTransaction transaction) {
        var moderate = request.element();
        if (!(request instanceof Iq.Set) || !moderate.name().equals("moderate")
                || moderate.child(KeepPolicy.RETRACT, "retract").isEmpty())
            throw StanzaException.badRequest("moderation needs <retract/> in an IQ of type 'set'");
        if (live.room().role(request.from()) != Role.MODERATOR) throw new StanzaException(Condition.FORBIDDEN.plain());
        long messageId = messageId(moderate.attribute("id")
                .orElseThrow(() -> StanzaException.badRequest("<moderate/> needs the stanza id of a message in 'id'")));
        var log = live.log().orElseThrow(() -> new StanzaException(Condition.SERVICE_UNAVAILABLE.plain()));
        transaction.take();
        log.whenWritten(log.head(), () -> { // the archive can be read up to here only when it is written
            mailboxes.tell(live.address(), transaction, () -> moderate(request, messageId, transaction));
            transaction.giveBack();
        });
    }

    private static long messageId(String id) {
        try {
            return StanzaIds.parse(id);
        } catch (NumberFormatException notOfThisServer) {
            throw new StanzaException(Condition.ITEM_NOT_FOUND.plain());
        }
    }

    private void moderate(Iq.Request request, long messageId, StanzaTransaction transaction) {
        try {
            var live =
                    rooms.find(request.to()).orElseThrow(() -> new StanzaException(Condition.ITEM_NOT_FOUND.plain()));
            retract(live, request, entry(live, messageId), transaction);
            broadcast.send(request.result(), transaction);
            rooms.settle(live);
        } catch (StanzaException e) {
            ErrorReplies.refuse(LOG, request, e.error(), request.to(), reply -> broadcast.send(reply, transaction));
        } catch (StorageException e) {
            broadcast.send(request.failure(Condition.INTERNAL_SERVER_ERROR.plain()), transaction);
        }
    }

    private Entry entry(LiveRoom live, long messageId) {
        var selection = new Selection(Optional.empty(), Long.MIN_VALUE, Long.MAX_VALUE, Set.of(messageId));
        return archive.page(live.key(), selection, 1, false).stream().findFirst()
                .orElseThrow(() -> new StanzaException(
                        Condition.ITEM_NOT_FOUND.because("the archive of the room has no message with this id")));
    }

    private void retract(LiveRoom live, Iq.Request request, Entry entry, StanzaTransaction transaction) {
        String id = RandomIds.next();
        String retractedId = StanzaIds.text(entry.id());
        var moderated = moderated(live, request);
        var retracted = withReason(Element.of(KeepPolicy.RETRACT, "retracted").with("id", id)
                .with("stamp", Instant.now()).with(moderated), request);
        RoomRetractions.replace(live, retractedId, entry.contact(),
                message -> RoomRetractions.tombstone(message, retracted), transaction);
        var retract =
                withReason(Element.of(KeepPolicy.RETRACT, "retract").with("id", retractedId).with(moderated), request);
        var notice = new Message(Message.Type.GROUPCHAT, live.address(), live.address(), id, "", Payload.of(retract));
        broadcast.sendToAll(live.room(), RoomLog.append(live, notice, request.from(), transaction), transaction);
    }

    /** Returns the element that names the moderator by room address. An admin outside the room has none. */
    private static Element moderated(LiveRoom live, Iq.Request request) {
        var moderated = Element.of(NS, "moderated");
        return live.room().withDevice(request.from()).map(Occupant::address).map(by -> moderated.with("by", by))
                .orElse(moderated)
                .with(MucXml.occupantId(live.occupantId(request.from())));
    }

    private static Element withReason(Element element, Iq.Request request) {
        String reason = MucXml.text(request.element(), "reason").strip();
        return reason.isEmpty() ? element : element.with(Element.of(KeepPolicy.RETRACT, "reason").withText(reason));
    }
}
