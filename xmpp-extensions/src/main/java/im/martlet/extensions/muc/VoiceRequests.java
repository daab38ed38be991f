package im.martlet.extensions.muc;

import im.martlet.address.Jid;
import im.martlet.extensions.muc.rules.RoleChange;
import im.martlet.extensions.muc.state.Occupant;
import im.martlet.extensions.muc.state.Role;
import im.martlet.extensions.muc.state.Room;
import im.martlet.extensions.muc.wire.MucXml;
import im.martlet.form.DataForm;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Message;
import im.martlet.stanza.Payload;
import im.martlet.stanza.RandomIds;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.xml.Element;
import jakarta.inject.Inject;

/** A visitor asks for voice, and a moderator gives it (XEP-0045 §7.13, §8.6). */
final class VoiceRequests {
    private static final String ALLOW = "muc#request_allow";

    private final AffiliationChanges affiliating;
    private final RoomBroadcast out;

    @Inject VoiceRequests(AffiliationChanges affiliating, RoomBroadcast out) {
        this.affiliating = affiliating;
        this.out = out;
    }

    /** Answers whether a message is about voice. */
    boolean handle(LiveRoom live, Message m, StanzaTransaction transaction) {
        var form = m.child(DataForm.NS, "x").flatMap(x -> DataForm.in(Element.of(MucXml.REQUEST, "x").with(x)))
                .filter(f -> f.type().equals(MucXml.REQUEST));
        if (form.isEmpty()) return false;
        var room = live.room();
        var sender = room.withDevice(m.from())
                .orElseThrow(() -> new StanzaException(Condition.NOT_ACCEPTABLE.because("you are not in the room")));
        if (form.get().names().contains(ALLOW)) approve(room, sender, form.get(), transaction);
        else request(room, sender, form.get(), transaction);
        return true;
    }

    private void request(Room room, Occupant visitor, DataForm form, StanzaTransaction transaction) {
        if (!form.first("muc#role").equals(java.util.Optional.of(Role.PARTICIPANT.wire())))
            throw StanzaException.badRequest("one can ask to be a participant");
        if (visitor.role() != Role.VISITOR) throw StanzaException.badRequest("you have voice");
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
            for (Jid device : moderator.devices()) out.send(message.withTo(device), transaction);
    }

    private static Element field(String name, String type, String label, String value) {
        var field = DataForm.field(name, type);
        return (label.isEmpty() ? field : field.with("label", label)).with(DataForm.value(value));
    }

    private void approve(Room room, Occupant moderator, DataForm form, StanzaTransaction transaction) {
        var nick = form.first("muc#roomnick").orElseThrow(() -> StanzaException.badRequest("whose request?"));
        if (moderator.role() != Role.MODERATOR) throw new StanzaException(Condition.FORBIDDEN.plain());
        var visitor = room.occupant(nick).orElseThrow(
                () -> new StanzaException(Condition.ITEM_NOT_FOUND.because("nobody here has this nickname")));
        boolean allowed = form.first(ALLOW).filter(v -> v.equals("true") || v.equals("1")).isPresent();
        if (!allowed || visitor.role() != Role.VISITOR) return;
        new RoleChange(room.affiliation(moderator.user()), moderator.role(), room.affiliation(visitor.user()),
                visitor.role(), Role.PARTICIPANT).refusal()
                .ifPresent(why -> {
                    throw new StanzaException(why.plain());
                });
        affiliating.become(room, visitor, Role.PARTICIPANT, transaction);
    }
}
