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
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Lets users reserve a nickname in a room (XEP-0045 §7.10). In an open room, a user that does so becomes a member. In a
 * moderated room the user stays as before, because a member has voice. In a members-only room, only members may.
 */
final class RoomRegistration implements RoomFeature {
    private static final String NICK = "muc#register_roomnick";

    private final AffiliationChanges affiliationChanges;
    private final RoomBroadcast broadcast;

    @Inject RoomRegistration(AffiliationChanges affiliationChanges, RoomBroadcast broadcast) {
        this.affiliationChanges = affiliationChanges;
        this.broadcast = broadcast;
    }

    @Override public List<RoomHook> hooks() {
        return List.of(new RoomHook.DiscoFeature(MucXml.REGISTER), new RoomHook.DiscoFeature(Namespaces.REGISTER),
                new RoomHook.RequestHandler(Namespaces.REGISTER, this::answer));
    }

    private void answer(LiveRoom live, Iq.Request request, StanzaTransaction transaction) {
        var room = live.room();
        var user = request.from().bare();
        var affiliation = room.affiliation(user);
        if (!request.element().name().equals("query")) throw new StanzaException(Condition.SERVICE_UNAVAILABLE.plain());
        if (room.isLocked()) throw new StanzaException(Condition.ITEM_NOT_FOUND.plain());
        if (affiliation == Affiliation.OUTCAST
                || affiliation == Affiliation.NONE && room.config().is(RoomOption.MEMBERS_ONLY))
            throw new StanzaException(Condition.NOT_ALLOWED.because("only members may register with this room"));
        switch (request) {
            case Iq.Get get -> broadcast.send(get.result(form(room.affiliate(user).nick())), transaction);
            case Iq.Set set -> {
                boolean remove = set.element().child("remove").isPresent();
                affiliationChanges.apply(live,
                        Map.of(user, remove ? unregistered(room, room.affiliate(user)) : registered(room, set)),
                        Optional.empty(), transaction);
                broadcast.send(set.result(), transaction);
            }
        }
    }

    private static Element form(String nick) {
        var query = Element.of(Namespaces.REGISTER, "query");
        if (!nick.isEmpty()) return query.with(Element.of(Namespaces.REGISTER, "registered"),
                Element.of(Namespaces.REGISTER, "username").withText(nick));
        return query.with(
                Element.of(Namespaces.REGISTER, "instructions")
                        .withText("Choose a nickname to reserve for yourself in this room."),
                DataForm.blank(MucXml.REGISTER, DataForm.field(NICK, "text-single").with("label", "Nickname")
                        .with(Element.of(DataForm.NS, "required"))));
    }

    private static Affiliate registered(Room room, Iq.Set set) {
        var user = set.from().bare();
        var form = DataForm.in(set.element()).filter(f -> f.type().equals(MucXml.REGISTER))
                .orElseThrow(() -> StanzaException.badRequest("the form must be of type " + MucXml.REGISTER));
        var nick = MucXml.withNick(room.address(), form.first(NICK)
                .orElseThrow(() -> StanzaException.badRequest("the form needs a nickname in '" + NICK + "'")))
                .resource();
        if (room.isTaken(nick, user))
            throw new StanzaException(Condition.CONFLICT.because("another user has this nickname"));
        var before = room.affiliate(user);
        boolean joins = before.affiliation() == Affiliation.NONE && !room.config().is(RoomOption.MODERATED);
        return new Affiliate(joins ? Affiliation.MEMBER : before.affiliation(), nick, before.reason());
    }

    private static Affiliate unregistered(Room room, Affiliate before) {
        boolean leaves = before.affiliation() == Affiliation.MEMBER && !room.config().is(RoomOption.MEMBERS_ONLY);
        return new Affiliate(leaves ? Affiliation.NONE : before.affiliation(), "", before.reason());
    }
}
