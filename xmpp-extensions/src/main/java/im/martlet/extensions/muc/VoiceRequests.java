package im.martlet.extensions.muc;

import im.martlet.address.Jid;
import im.martlet.extensions.muc.rules.RoleChange;
import im.martlet.extensions.muc.state.Occupant;
import im.martlet.extensions.muc.state.Role;
import im.martlet.extensions.muc.state.Room;
import im.martlet.extensions.muc.wire.MucXml;
import im.martlet.form.DataForm;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Decision;
import im.martlet.stanza.Message;
import im.martlet.stanza.Payload;
import im.martlet.stanza.RandomIds;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes visitors' requests for voice to moderators, and handles the approval (XEP-0045 §7.13, §8.6). */
final class VoiceRequests {
    private static final Logger LOG = LoggerFactory.getLogger(VoiceRequests.class);
    private static final String ALLOW = "muc#request_allow";

    private final AffiliationChanges affiliationChanges;
    private final RoomBroadcast broadcast;

    @Inject VoiceRequests(AffiliationChanges affiliationChanges, RoomBroadcast broadcast) {
        this.affiliationChanges = affiliationChanges;
        this.broadcast = broadcast;
    }

    /** Handles a message if it is a request for voice or an approval. @return whether it is */
    boolean handle(LiveRoom live, Message m, StanzaTransaction transaction) {
        var form = m.child(DataForm.NS, "x").flatMap(x -> DataForm.in(Element.of(MucXml.REQUEST, "x").with(x)))
                .filter(f -> f.type().equals(MucXml.REQUEST));
        if (form.isEmpty()) return false;
        var room = live.room();
        var sender = room.withDevice(m.from())
                .orElseThrow(() -> new StanzaException(Condition.NOT_ACCEPTABLE.because("you are not in the room")));
        if (form.get().names().contains(ALLOW)) approve(room, sender, m, form.get(), transaction);
        else request(room, sender, form.get(), transaction);
        return true;
    }

    private void request(Room room, Occupant visitor, DataForm form, StanzaTransaction transaction) {
        if (!form.first("muc#role").equals(Optional.of(Role.PARTICIPANT.wire())))
            throw StanzaException.badRequest("a request for voice must ask for the role 'participant'");
        if (visitor.role() != Role.VISITOR) throw StanzaException.badRequest("you have voice already");
        var approval = Element.of(DataForm.NS, "x").with("type", "form").with(
                Element.of(DataForm.NS, "title").withText("Voice request"),
                field("FORM_TYPE", "hidden", "", MucXml.REQUEST),
                field("muc#role", "list-single", "Requested role", Role.PARTICIPANT.wire()),
                field("muc#jid", "jid-single", "User ID", visitor.shown().from().toString()),
                field("muc#roomnick", "text-single", "Room Nickname", visitor.nick()),
                field(ALLOW, "boolean", "Grant voice to this person?", "false"));
        var message = new Message(Message.Type.NORMAL, room.address(), room.address(), RandomIds.next(), "",
                Payload.of(approval));
        for (Occupant moderator : room.occupants()) if (moderator.role() == Role.MODERATOR)
            for (Jid device : moderator.devices()) broadcast.send(message.withTo(device), transaction);
    }

    private static Element field(String name, String type, String label, String value) {
        var field = DataForm.field(name, type);
        return (label.isEmpty() ? field : field.with("label", label)).with(DataForm.value(value));
    }

    private void approve(Room room, Occupant moderator, Message m, DataForm form, StanzaTransaction transaction) {
        var nick = form.first("muc#roomnick")
                .orElseThrow(() -> StanzaException.badRequest("an approval needs the nickname in 'muc#roomnick'"));
        if (moderator.role() != Role.MODERATOR) throw new StanzaException(Condition.FORBIDDEN.plain());
        var visitor = room.occupant(nick).orElseThrow(
                () -> new StanzaException(Condition.ITEM_NOT_FOUND.because("no occupant has this nickname")));
        boolean allowed = form.first(ALLOW).filter(v -> v.equals("true") || v.equals("1")).isPresent();
        if (!allowed || visitor.role() != Role.VISITOR) {
            Decision.DROPPED.log(LOG, allowed ? "the occupant has voice already" : "the moderator grants no voice",
                    room.address(), m);
            return;
        }
        new RoleChange(room.affiliation(moderator.user()), moderator.role(), room.affiliation(visitor.user()),
                visitor.role(), Role.PARTICIPANT).refusal()
                .ifPresent(condition -> {
                    throw new StanzaException(condition.plain());
                });
        affiliationChanges.changeRole(room, visitor, Role.PARTICIPANT, transaction);
    }
}
