package im.martlet.extensions.muc;

import im.martlet.extensions.muc.state.Occupant;
import im.martlet.extensions.muc.state.Role;
import im.martlet.extensions.muc.wire.MucXml;
import im.martlet.session.Mailboxes;
import im.martlet.session.StanzaTransaction;
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
import im.martlet.storage.log.Archive.Selection;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * A moderator takes back what another one has said (XEP-0425): nothing is left of it but that there was something, and
 * who took it back.
 */
final class ModerationRequests implements RoomQuery {
    static final String NS = "urn:xmpp:message-moderate:1";

    private final LiveRooms rooms;
    private final Archive archive;
    private final Mailboxes mailboxes;
    private final RoomBroadcast out;

    @Inject ModerationRequests(LiveRooms rooms, Archive archive, Mailboxes mailboxes, RoomBroadcast out) {
        this.rooms = rooms;
        this.archive = archive;
        this.mailboxes = mailboxes;
        this.out = out;
    }

    @Override public Set<String> namespaces() { return Set.of(NS); }

    @Override public void answer(LiveRoom live, Iq.Request request, StanzaTransaction transaction) {
        var moderate = request.element();
        if (!(request instanceof Iq.Set) || !moderate.name().equals("moderate")
                || moderate.child(KeepPolicy.RETRACT, "retract").isEmpty())
            throw StanzaException.badRequest("what can be done about a message is to take it back");
        if (AffiliationChanges.role(live.room(), request.from()) != Role.MODERATOR)
            throw new StanzaException(Condition.FORBIDDEN.plain());
        long place = place(moderate.attribute("id").orElseThrow(() -> StanzaException.badRequest("which message?")));
        var log = live.log().orElseThrow(() -> new StanzaException(Condition.SERVICE_UNAVAILABLE.plain()));
        transaction.take();
        log.whenWritten(log.head(), () -> { // what was said just now can be read then
            mailboxes.tell(live.address(), transaction, () -> moderate(request, place, transaction));
            transaction.giveBack();
        });
    }

    private static long place(String id) {
        try {
            return StanzaIds.parse(id);
        } catch (NumberFormatException notOurs) {
            throw new StanzaException(Condition.ITEM_NOT_FOUND.plain());
        }
    }

    private void moderate(Iq.Request request, long place, StanzaTransaction transaction) {
        try {
            var live =
                    rooms.find(request.to()).orElseThrow(() -> new StanzaException(Condition.ITEM_NOT_FOUND.plain()));
            var entry = archive
                    .page(live.key(), new Selection(Optional.empty(), Long.MIN_VALUE, Long.MAX_VALUE, Set.of(place)), 1,
                            false)
                    .stream().findFirst()
                    .orElseThrow(() -> new StanzaException(
                            Condition.ITEM_NOT_FOUND.because("the archive has no such message")));
            String id = RandomIds.next();
            var by = by(live, request);
            var retracted = withReason(
                    Element.of(KeepPolicy.RETRACT, "retracted").with("id", id).with("stamp", Instant.now()).with(by),
                    request);
            RoomRetractions.replace(live, StanzaIds.text(place), entry.contact(),
                    message -> RoomRetractions.tombstone(message, retracted), transaction);
            var retract = withReason(
                    Element.of(KeepPolicy.RETRACT, "retract").with("id", StanzaIds.text(place)).with(by), request);
            var notice =
                    new Message(Message.Type.GROUPCHAT, live.address(), live.address(), id, "", Payload.of(retract));
            out.toAll(live.room(), RoomLog.keep(live, notice, request.from(), transaction), transaction);
            out.send(request.result(), transaction);
            rooms.settle(live);
        } catch (StanzaException e) {
            out.send(request.failure(e.error()), transaction);
        } catch (StorageException e) {
            out.send(request.failure(Condition.INTERNAL_SERVER_ERROR.plain()), transaction);
        }
    }

    /** Who has done it, as the room knows them; an admin may have done it from outside. */
    private static Element by(LiveRoom live, Iq.Request request) {
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
