package im.martlet.extensions.muc;

import im.martlet.archive.Worth;
import im.martlet.extensions.muc.state.Occupant;
import im.martlet.extensions.muc.state.Role;
import im.martlet.extensions.muc.wire.Muc;
import im.martlet.session.Cause;
import im.martlet.session.Mailboxes;
import im.martlet.stanza.Iq;
import im.martlet.stanza.Message;
import im.martlet.stanza.Payload;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.stanza.StanzaIds;
import im.martlet.storage.Archive;
import im.martlet.storage.Archive.Selection;
import im.martlet.storage.StorageException;
import im.martlet.stream.StreamIds;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** A moderator takes back what another one has said (XEP-0425): nothing is left of it but that there was something, and who took it back. */
final class Moderating implements RoomQuery {
    static final String NS = "urn:xmpp:message-moderate:1";

    private final LiveRooms rooms;
    private final Archive archive;
    private final Mailboxes mailboxes;
    private final Outgoing out;

    @Inject Moderating(LiveRooms rooms, Archive archive, Mailboxes mailboxes, Outgoing out) {
        this.rooms = rooms;
        this.archive = archive;
        this.mailboxes = mailboxes;
        this.out = out;
    }

    @Override public Set<String> namespaces() { return Set.of(NS); }

    @Override public void answer(LiveRoom live, Iq.Request request, Cause cause) {
        var moderate = request.element();
        if (!(request instanceof Iq.Set) || !moderate.name().equals("moderate") || moderate.child(Worth.RETRACT, "retract").isEmpty())
            throw StanzaException.badRequest("what can be done about a message is to take it back");
        if (Affiliating.role(live.room(), request.from()) != Role.MODERATOR) throw new StanzaException(Condition.FORBIDDEN.plain());
        long place = place(moderate.attribute("id").orElseThrow(() -> StanzaException.badRequest("which message?")));
        var log = live.log().orElseThrow(() -> new StanzaException(Condition.SERVICE_UNAVAILABLE.plain()));
        cause.take();
        log.whenWritten(log.head(), () -> { // what was said just now can be read then
            mailboxes.tell(live.address(), cause, () -> moderate(request, place, cause));
            cause.giveBack();
        });
    }

    private static long place(String id) {
        try {
            return StanzaIds.parse(id);
        } catch (NumberFormatException notOurs) {
            throw new StanzaException(Condition.ITEM_NOT_FOUND.plain());
        }
    }

    private void moderate(Iq.Request request, long place, Cause cause) {
        try {
            var live = rooms.find(request.to()).orElseThrow(() -> new StanzaException(Condition.ITEM_NOT_FOUND.plain()));
            var entry = archive.page(live.key(), new Selection(Optional.empty(), Long.MIN_VALUE, Long.MAX_VALUE, Set.of(place)), 1, false).stream().findFirst()
                    .orElseThrow(() -> new StanzaException(Condition.ITEM_NOT_FOUND.because("the archive has no such message")));
            String id = StreamIds.next();
            var by = by(live, request);
            var retracted = withReason(Element.of(Worth.RETRACT, "retracted").with("id", id).with("stamp", Instant.now()).with(by), request);
            Retracting.replace(live, StanzaIds.text(place), entry.contact(), message -> Retracting.tombstone(message, retracted), cause);
            var retract = withReason(Element.of(Worth.RETRACT, "retract").with("id", StanzaIds.text(place)).with(by), request);
            var notice = new Message(Message.Type.GROUPCHAT, live.address(), live.address(), id, "", Payload.of(retract));
            out.toAll(live.room(), Keeping.keep(live, notice, request.from(), cause), cause);
            out.send(request.result(), cause);
            rooms.settle(live);
        } catch (StanzaException e) {
            out.send(request.failure(e.error()), cause);
        } catch (StorageException e) {
            out.send(request.failure(Condition.INTERNAL_SERVER_ERROR.plain()), cause);
        }
    }

    /** Who has done it, as the room knows them; an admin may have done it from outside. */
    private static Element by(LiveRoom live, Iq.Request request) {
        var moderated = Element.of(NS, "moderated");
        return live.room().withDevice(request.from()).map(Occupant::address).map(by -> moderated.with("by", by)).orElse(moderated)
                .with(Muc.occupantId(live.occupantId(request.from())));
    }

    private static Element withReason(Element element, Iq.Request request) {
        String reason = Muc.text(request.element(), "reason").strip();
        return reason.isEmpty() ? element : element.with(Element.of(Worth.RETRACT, "reason").withText(reason));
    }
}
