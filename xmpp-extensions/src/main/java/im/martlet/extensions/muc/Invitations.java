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
import im.martlet.spec.Xep;
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
 * Sends mediated invitations and their declines (XEP-0045 §7.8.2). A mediated invitation also has the form of a direct
 * one (XEP-0249). Direct invitations between users do not pass a room.
 */
@Xep(number = 249, title = "Direct MUC Invitations", version = "1.2",
        note = "invitations between users pass unchanged; a room adds this form to its own invitations")
final class Invitations {
    private static final int MAX_INVITATIONS = 20; // in one message

    private final AffiliationChanges affiliationChanges;
    private final RoomBroadcast broadcast;

    @Inject Invitations(AffiliationChanges affiliationChanges, RoomBroadcast broadcast) {
        this.affiliationChanges = affiliationChanges;
        this.broadcast = broadcast;
    }

    /** Handles a message if it has invitations or a decline. @return whether it has */
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
        if (!mayInvite(room, inviter))
            throw new StanzaException(Condition.FORBIDDEN.because("you may not invite to this room"));
        if (invites.size() > MAX_INVITATIONS)
            throw new StanzaException(Condition.POLICY_VIOLATION
                    .because("a message can have at most " + MAX_INVITATIONS + " invitations"));
        var invited = invites.stream()
                .map(invite -> MucXml.address(invite.attribute("to")
                        .orElseThrow(() -> StanzaException.badRequest("an invitation needs an address in 'to'"))))
                .toList();
        for (Jid user : invited) if (room.affiliation(user) == Affiliation.OUTCAST)
            throw new StanzaException(Condition.NOT_ALLOWED.because(user + " is banned from this room"));
        for (int i = 0; i < invited.size(); i++) {
            var user = invited.get(i).bare();
            if (room.config().is(RoomOption.MEMBERS_ONLY) && room.affiliation(user) == Affiliation.NONE)
                affiliationChanges.apply(live, Map.of(user, new Affiliate(Affiliation.MEMBER, "", "")),
                        Optional.of(inviter.nick()), transaction);
            live.pendingRelays().addInvitation(inviter.user(), user);
            broadcast.send(invitation(room, inviter, m.id(), invited.get(i), invites.get(i)), transaction);
        }
    }

    private static boolean mayInvite(Room room, Occupant inviter) {
        return room.config().is(RoomOption.MEMBERS_ONLY) && !room.config().is(RoomOption.ALLOW_INVITES)
                ? AffiliationPrivilege.EDIT_MEMBER_LIST.allows(room.affiliation(inviter.user()))
                : RolePrivilege.INVITE.allows(inviter.role(), room.config());
    }

    private static Message invitation(Room room, Occupant inviter, String id, Jid to, Element request) {
        var reason = MucXml.text(request, "reason").strip();
        var invite = Element.of(MucXml.USER, "invite").with("from", inviter.user());
        if (!reason.isEmpty()) invite = invite.with(Element.of(MucXml.USER, "reason").withText(reason));
        if (request.child("continue").isPresent()) invite = invite.with(request.child("continue").get());
        var x = Element.of(MucXml.USER, "x").with(invite);
        // for clients that know only XEP-0249
        var direct = Element.of(Namespaces.DIRECT_INVITATION, "x").with("jid", room.address());
        if (!reason.isEmpty()) direct = direct.with("reason", reason);
        if (room.config().password().isPresent()) {
            x = x.with(Element.of(MucXml.USER, "password").withText(room.config().password().get()));
            direct = direct.with("password", room.config().password().get());
        }
        return new Message(Message.Type.NORMAL, room.address(), to, id, "", Payload.of(x, direct));
    }

    /**
     * Sends a decline to the inviter, if the inviter is still in the room. The sender must have an open invitation: the
     * room carries no messages of strangers, and does not tell them which users are in it.
     */
    private void decline(LiveRoom live, Message m, Element request, StanzaTransaction transaction) {
        var room = live.room();
        var to = MucXml.address(request.attribute("to")
                .orElseThrow(() -> StanzaException.badRequest("a decline needs the address of the inviter in 'to'")));
        var inviter = to.bare().equals(room.address()) ? room.occupant(to.resource())
                : room.of(to.bare()).stream().findFirst();
        var devices = inviter.filter(i -> live.pendingRelays().takeInvitation(i.user(), m.from().bare()))
                .map(Occupant::devices)
                .orElseThrow(() -> new StanzaException(
                        Condition.ITEM_NOT_FOUND.because("no occupant of the room has invited you")));
        var decline = Element.of(MucXml.USER, "decline").with("from", m.from().bare());
        var reason = MucXml.text(request, "reason").strip();
        if (!reason.isEmpty()) decline = decline.with(Element.of(MucXml.USER, "reason").withText(reason));
        for (Jid device : devices)
            broadcast.send(new Message(Message.Type.NORMAL, room.address(), device, m.id(), "",
                    Payload.of(Element.of(MucXml.USER, "x").with(decline))), transaction);
    }
}
