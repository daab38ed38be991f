package im.martlet.extensions.muc;

import im.martlet.extensions.muc.state.Affiliate;
import im.martlet.extensions.muc.state.Affiliation;
import im.martlet.extensions.muc.state.Room;
import im.martlet.extensions.muc.state.RoomOption;
import im.martlet.extensions.muc.wire.MucXml;
import im.martlet.form.DataForm;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Iq;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A nickname that is somebody's own in a room (XEP-0045 §7.10). In an open room who has one is a member; where that
 * would give them a voice, they stay what they are, and in a members-only room it is for members.
 */
final class RoomRegistration implements RoomQuery {
    private static final String NICK = "muc#register_roomnick";

    private final AffiliationChanges affiliating;
    private final RoomBroadcast out;

    @Inject RoomRegistration(AffiliationChanges affiliating, RoomBroadcast out) {
        this.affiliating = affiliating;
        this.out = out;
    }

    @Override public Set<String> namespaces() { return Set.of(Namespaces.REGISTER); }

    @Override public void answer(LiveRoom live, Iq.Request request, StanzaTransaction transaction) {
        var room = live.room();
        var user = request.from().bare();
        var affiliation = room.affiliation(user);
        if (!request.element().name().equals("query")) throw new StanzaException(Condition.SERVICE_UNAVAILABLE.plain());
        if (room.isLocked()) throw new StanzaException(Condition.ITEM_NOT_FOUND.plain());
        if (affiliation == Affiliation.OUTCAST
                || affiliation == Affiliation.NONE && room.config().is(RoomOption.MEMBERS_ONLY))
            throw new StanzaException(Condition.NOT_ALLOWED.because("who is no member cannot register here"));
        switch (request) {
            case Iq.Get get -> out.send(get.result(form(room.affiliate(user).nick())), transaction);
            case Iq.Set set -> {
                affiliating.affiliate(
                        live, Map.of(user, set.element().child("remove").isPresent()
                                ? without(room, room.affiliate(user)) : with(room, set)),
                        Optional.empty(), transaction);
                out.send(set.result(), transaction);
            }
        }
    }

    private static Element form(String nick) {
        var query = Element.of(Namespaces.REGISTER, "query");
        if (!nick.isEmpty()) return query.with(Element.of(Namespaces.REGISTER, "registered"),
                Element.of(Namespaces.REGISTER, "username").withText(nick));
        return query.with(
                Element.of(Namespaces.REGISTER, "instructions")
                        .withText("Choose a nickname that nobody else shall have in this room."),
                DataForm.blank(MucXml.REGISTER, DataForm.field(NICK, "text-single").with("label", "Nickname")
                        .with(Element.of(DataForm.NS, "required"))));
    }

    private static Affiliate with(Room room, Iq.Set set) {
        var user = set.from().bare();
        var form = DataForm.in(set.element()).filter(f -> f.type().equals(MucXml.REGISTER))
                .orElseThrow(() -> StanzaException.badRequest("a form of type " + MucXml.REGISTER));
        var nick = MucXml
                .withNick(room.address(),
                        form.first(NICK).orElseThrow(() -> StanzaException.badRequest("there is no nickname")))
                .resource();
        if (room.isTaken(nick, user))
            throw new StanzaException(Condition.CONFLICT.because("somebody else has this nickname"));
        var before = room.affiliate(user);
        boolean becomes = before.affiliation() == Affiliation.NONE && !room.config().is(RoomOption.MODERATED);
        return new Affiliate(becomes ? Affiliation.MEMBER : before.affiliation(), nick, before.reason());
    }

    private static Affiliate without(Room room, Affiliate before) {
        boolean member = before.affiliation() == Affiliation.MEMBER && !room.config().is(RoomOption.MEMBERS_ONLY);
        return new Affiliate(member ? Affiliation.NONE : before.affiliation(), "", before.reason());
    }
}
