package im.martlet.extensions.muc;

import im.martlet.address.Jid;
import im.martlet.extensions.muc.rules.AffiliationChange;
import im.martlet.extensions.muc.rules.AffiliationPrivilege;
import im.martlet.extensions.muc.state.Affiliate;
import im.martlet.extensions.muc.state.Affiliation;
import im.martlet.extensions.muc.state.Room;
import im.martlet.extensions.muc.wire.MucXml;
import im.martlet.extensions.muc.wire.RoomConfigForm;
import im.martlet.form.DataForm;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Iq;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Handles the requests of owners: to configure and to destroy a room (XEP-0045 §10.1, §10.2, §10.9). */
final class OwnerRequests implements RoomFeature {
    private final LiveRooms rooms;
    private final ConfigurationChanges configurationChanges;
    private final LeaveHandler leaveHandler;
    private final RoomBroadcast broadcast;

    @Inject OwnerRequests(LiveRooms rooms, ConfigurationChanges configurationChanges, LeaveHandler leaveHandler,
            RoomBroadcast broadcast) {
        this.rooms = rooms;
        this.configurationChanges = configurationChanges;
        this.leaveHandler = leaveHandler;
        this.broadcast = broadcast;
    }

    @Override public List<RoomHook> hooks() {
        return List.of(new RoomHook.RequestHandler(MucXml.OWNER, this::answer));
    }

    private void answer(LiveRoom live, Iq.Request request, StanzaTransaction transaction) {
        if (!request.element().name().equals("query"))
            throw StanzaException.badRequest("a request to an owner needs <query/>");
        var destroy = request.element().child("destroy");
        var privilege = destroy.isPresent() ? AffiliationPrivilege.DESTROY : AffiliationPrivilege.CONFIGURE;
        if (!privilege.allows(live.room().affiliation(request.from())))
            throw new StanzaException(Condition.FORBIDDEN.plain());
        switch (request) {
            case Iq.Get get ->
                    broadcast.send(get.result(Element.of(MucXml.OWNER, "query").with(form(live.room()))), transaction);
            case Iq.Set set when destroy.isPresent() -> {
                destroy(live, transaction, destroy.get());
                broadcast.send(set.result(), transaction);
            }
            case Iq.Set set -> {
                submit(live, set, transaction);
                broadcast.send(set.result(), transaction);
            }
        }
    }

    private static Element form(Room room) {
        return RoomConfigForm.blank(room.address(), room.config(), room.withAffiliation(Affiliation.ADMIN),
                room.withAffiliation(Affiliation.OWNER));
    }

    private void submit(LiveRoom live, Iq.Set set, StanzaTransaction transaction) {
        var x = set.element().child(DataForm.NS, "x")
                .orElseThrow(() -> StanzaException.badRequest("a request to an owner needs a form or <destroy/>"));
        if (x.attribute("type").filter("cancel"::equals).isPresent()) {
            // a creator that cancels the first configuration gives the room up (§10.1.3)
            if (live.room().isLocked()) destroy(live, transaction, Element.of(MucXml.USER, "destroy"));
            return;
        }
        var form = DataForm.in(set.element()).orElseThrow();
        if (!form.fields().isEmpty() && !form.type().equals(MucXml.CONFIG))
            throw StanzaException.badRequest("the form must be of type " + MucXml.CONFIG);
        configurationChanges.configure(live, RoomConfigForm.read(form, live.room().config()),
                affiliations(live.room(), form, set.from()), live.room().nick(set.from()), transaction);
    }

    /** Returns the changes of admins and owners in a form, or throws an error if one is not allowed. */
    private static Map<Jid, Affiliate> affiliations(Room room, DataForm form, Jid actor) {
        var changes = new LinkedHashMap<Jid, Affiliate>();
        addChanges(room, form, RoomConfigForm.ADMINS, Affiliation.ADMIN, changes);
        addChanges(room, form, RoomConfigForm.OWNERS, Affiliation.OWNER, changes);
        long owners = owners(room, changes);
        if (owners < 1) throw new StanzaException(Condition.CONFLICT.because("a room needs an owner")); // §10.4
        changes.forEach((user, as) -> new AffiliationChange(room.affiliation(actor), room.affiliation(user),
                as.affiliation(), user.equals(actor.bare()), owners + 1).refusal().ifPresent(condition -> {
                    throw new StanzaException(condition.plain());
                }));
        return changes;
    }

    /** Returns the number of owners after the changes. */
    private static long owners(Room room, Map<Jid, Affiliate> changes) {
        long removed = changes.entrySet().stream().filter(c -> c.getValue().affiliation() != Affiliation.OWNER
                && room.affiliate(c.getKey()).affiliation() == Affiliation.OWNER).count();
        long added = changes.values().stream().filter(a -> a.affiliation() == Affiliation.OWNER).count();
        return room.owners() - removed + added;
    }

    private static void addChanges(Room room, DataForm form, String field, Affiliation affiliation,
            Map<Jid, Affiliate> changes) {
        RoomConfigForm.users(form, field).ifPresent(listed -> {
            for (Jid user : room.withAffiliation(affiliation))
                if (!listed.contains(user)) changes.putIfAbsent(user, new Affiliate(Affiliation.NONE, "", ""));
            for (Jid user : listed) if (room.affiliate(user).affiliation() != affiliation)
                changes.put(user, new Affiliate(affiliation, room.affiliate(user).nick(), ""));
        });
    }

    /**
     * Destroys a room (§10.9).
     *
     * @param request the owner's element with the reason, and with the address and password of an alternate room
     */
    void destroy(LiveRoom live, StanzaTransaction transaction, Element request) {
        var destroy = Element.of(MucXml.USER, "destroy");
        if (request.attribute("jid").isPresent())
            destroy = destroy.with("jid", MucXml.address(request.attribute("jid").get()));
        for (String name : List.of("password", "reason")) if (request.child(name).isPresent())
            destroy = destroy.with(Element.of(MucXml.USER, name).withText(MucXml.text(request, name)));
        leaveHandler.removeAll(live.room(), List.of(destroy), transaction);
        rooms.destroy(live);
    }
}
