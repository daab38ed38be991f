package im.martlet.extensions.muc;

import im.martlet.address.Jid;
import im.martlet.extensions.muc.rules.AffiliationPrivilege;
import im.martlet.extensions.muc.rules.RolePrivilege;
import im.martlet.extensions.muc.state.Affiliate;
import im.martlet.extensions.muc.state.Affiliation;
import im.martlet.extensions.muc.state.Occupant;
import im.martlet.extensions.muc.state.Room;
import im.martlet.extensions.muc.state.RoomOption;
import im.martlet.extensions.muc.wire.MucXml;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Message;
import im.martlet.stanza.Payload;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Invitations by way of the room, and what comes of them (XEP-0045 §7.8.2). Those from one to another (XEP-0249) do not
 * come here.
 */
final class Invitations {
    private static final int MOST = 20; // in one message

    private final AffiliationChanges affiliating;
    private final RoomBroadcast out;

    @Inject Invitations(AffiliationChanges affiliating, RoomBroadcast out) {
        this.affiliating = affiliating;
        this.out = out;
    }

    /** Answers whether a message is about invitations. */
    boolean handle(LiveRoom live, Message m, StanzaTransaction transaction) {
        var x = m.child(MucXml.USER, "x");
        var invites = x.stream().flatMap(e -> e.children().stream()).filter(e -> e.is(MucXml.USER, "invite")).toList();
        var decline = x.flatMap(e -> e.child("decline"));
        if (!invites.isEmpty()) invite(live, m, invites, transaction);
        else if (decline.isPresent()) decline(live, m, decline.get(), transaction);
        else return false;
        return true;
    }

    private void invite(LiveRoom live, Message m, List<Element> invites, StanzaTransaction transaction) {
        var room = live.room();
        var inviter = room.withDevice(m.from())
                .orElseThrow(() -> new StanzaException(Condition.NOT_ACCEPTABLE.because("you are not in the room")));
        var affiliation = room.affiliation(inviter.user());
        boolean closed = room.config().is(RoomOption.MEMBERS_ONLY);
        boolean allowed = closed && !room.config().is(RoomOption.ALLOW_INVITES)
                ? AffiliationPrivilege.EDIT_MEMBER_LIST.allows(affiliation)
                : RolePrivilege.INVITE.allows(inviter.role(), room.config());
        if (!allowed) throw new StanzaException(Condition.FORBIDDEN.because("you may not invite to this room"));
        if (invites.size() > MOST)
            throw new StanzaException(Condition.POLICY_VIOLATION.because("more than " + MOST + " invitations at once"));
        var invited = invites.stream()
                .map(invite -> MucXml.address(
                        invite.attribute("to").orElseThrow(() -> StanzaException.badRequest("an invitation to whom?"))))
                .toList();
        for (Jid who : invited) if (room.affiliation(who) == Affiliation.OUTCAST)
            throw new StanzaException(Condition.NOT_ALLOWED.because(who + " is banned from this room"));
        for (int i = 0; i < invited.size(); i++) {
            var who = invited.get(i).bare();
            if (closed && room.affiliation(who) == Affiliation.NONE)
                affiliating.affiliate(live, Map.of(who, new Affiliate(Affiliation.MEMBER, "", "")),
                        Optional.of(inviter.nick()), transaction);
            live.relayed().invited(inviter.user(), who);
            out.send(invitation(room, inviter, m.id(), invited.get(i), invites.get(i)), transaction);
        }
    }

    private static Message invitation(Room room, Occupant inviter, String id, Jid to, Element asked) {
        var reason = MucXml.text(asked, "reason").strip();
        var invite = Element.of(MucXml.USER, "invite").with("from", inviter.user());
        if (!reason.isEmpty()) invite = invite.with(Element.of(MucXml.USER, "reason").withText(reason));
        if (asked.child("continue").isPresent()) invite = invite.with(asked.child("continue").get());
        var x = Element.of(MucXml.USER, "x").with(invite);
        var direct = Element.of(Namespaces.DIRECT_INVITATION, "x").with("jid", room.address()); // for clients that know only XEP-0249
        if (!reason.isEmpty()) direct = direct.with("reason", reason);
        if (room.config().password().isPresent()) {
            x = x.with(Element.of(MucXml.USER, "password").withText(room.config().password().get()));
            direct = direct.with("password", room.config().password().get());
        }
        return new Message(Message.Type.NORMAL, room.address(), to, id, "", Payload.of(x, direct));
    }

    /**
     * The inviter hears of it if they are still here. The room carries nothing for strangers, and does not tell them
     * who is in it.
     */
    private void decline(LiveRoom live, Message m, Element asked, StanzaTransaction transaction) {
        var room = live.room();
        var to = MucXml
                .address(asked.attribute("to").orElseThrow(() -> StanzaException.badRequest("whose invitation?")));
        var inviter = to.bare().equals(room.address()) ? room.occupant(to.resource())
                : room.of(to.bare()).stream().findFirst();
        var devices = inviter.filter(i -> live.relayed().declined(i.user(), m.from().bare())).map(Occupant::devices)
                .orElseThrow(() -> new StanzaException(
                        Condition.ITEM_NOT_FOUND.because("nobody in the room has invited you so")));
        var decline = Element.of(MucXml.USER, "decline").with("from", m.from().bare());
        var reason = MucXml.text(asked, "reason").strip();
        if (!reason.isEmpty()) decline = decline.with(Element.of(MucXml.USER, "reason").withText(reason));
        for (Jid device : devices)
            out.send(new Message(Message.Type.NORMAL, room.address(), device, m.id(), "",
                    Payload.of(Element.of(MucXml.USER, "x").with(decline))), transaction);
    }
}
