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
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What owners do: configure a room, and end it (XEP-0045 §10.1, §10.2, §10.9). */
final class OwnerRequests implements RoomQuery {
    private final LiveRooms rooms;
    private final ConfigurationChanges configuring;
    private final LeaveHandler leaving;
    private final RoomBroadcast out;

    @Inject OwnerRequests(LiveRooms rooms, ConfigurationChanges configuring, LeaveHandler leaving, RoomBroadcast out) {
        this.rooms = rooms;
        this.configuring = configuring;
        this.leaving = leaving;
        this.out = out;
    }

    @Override public Set<String> namespaces() { return Set.of(MucXml.OWNER); }

    @Override public void answer(LiveRoom live, Iq.Request request, StanzaTransaction transaction) {
        if (!request.element().name().equals("query"))
            throw StanzaException.badRequest("what is asked of a room's owner is a <query/>");
        var destroy = request.element().child("destroy");
        var needed = destroy.isPresent() ? AffiliationPrivilege.DESTROY : AffiliationPrivilege.CONFIGURE;
        if (!needed.allows(live.room().affiliation(request.from())))
            throw new StanzaException(Condition.FORBIDDEN.plain());
        switch (request) {
            case Iq.Get get ->
                    out.send(get.result(Element.of(MucXml.OWNER, "query").with(form(live.room()))), transaction);
            case Iq.Set set when destroy.isPresent() -> {
                destroy(live, transaction, destroy.get());
                out.send(set.result(), transaction);
            }
            case Iq.Set set -> {
                submitted(live, set, transaction);
                out.send(set.result(), transaction);
            }
        }
    }

    private static Element form(Room room) {
        return RoomConfigForm.blank(room.address(), room.config(), with(room, Affiliation.ADMIN),
                with(room, Affiliation.OWNER));
    }

    private static Collection<Jid> with(Room room, Affiliation affiliation) {
        return room.affiliates().entrySet().stream().filter(a -> a.getValue().affiliation() == affiliation)
                .map(Map.Entry::getKey).toList();
    }

    private void submitted(LiveRoom live, Iq.Set set, StanzaTransaction transaction) {
        var x = set.element().child(DataForm.NS, "x")
                .orElseThrow(() -> StanzaException.badRequest("a form, or <destroy/>"));
        if (x.attribute("type").filter("cancel"::equals).isPresent()) {
            if (live.room().isLocked()) destroy(live, transaction, Element.of(MucXml.USER, "destroy")); // §10.1.3: there will be no room
            return;
        }
        var form = DataForm.in(set.element()).orElseThrow();
        if (!form.fields().isEmpty() && !form.type().equals(MucXml.CONFIG))
            throw StanzaException.badRequest("the form is not of type " + MucXml.CONFIG);
        configuring.configure(live, RoomConfigForm.read(form, live.room().config()),
                people(live.room(), form, set.from()), AffiliationChanges.nick(live.room(), set.from()), transaction);
    }

    /** What a form that names admins and owners changes. */
    private static Map<Jid, Affiliate> people(Room room, DataForm form, Jid actor) {
        var changes = new LinkedHashMap<Jid, Affiliate>();
        named(room, form, RoomConfigForm.ADMINS, Affiliation.ADMIN, changes);
        named(room, form, RoomConfigForm.OWNERS, Affiliation.OWNER, changes);
        long left = room.owners()
                - changes.entrySet().stream()
                        .filter(c -> c.getValue().affiliation() != Affiliation.OWNER
                                && room.affiliate(c.getKey()).affiliation() == Affiliation.OWNER)
                        .count()
                + changes.values().stream().filter(a -> a.affiliation() == Affiliation.OWNER).count();
        if (left < 1) throw new StanzaException(Condition.CONFLICT.because("a room has an owner")); // §10.4
        changes.forEach((who,
                as) -> new AffiliationChange(room.affiliation(actor), room.affiliation(who), as.affiliation(),
                        who.equals(actor.bare()), left + 1).refusal()
                        .ifPresent(why -> {
                            throw new StanzaException(why.plain());
                        }));
        return changes;
    }

    private static void named(Room room, DataForm form, String field, Affiliation affiliation,
            Map<Jid, Affiliate> changes) {
        RoomConfigForm.people(form, field).ifPresent(named -> {
            for (Jid no : with(room, affiliation))
                if (!named.contains(no)) changes.putIfAbsent(no, new Affiliate(Affiliation.NONE, "", ""));
            for (Jid yes : named) if (room.affiliate(yes).affiliation() != affiliation)
                changes.put(yes, new Affiliate(affiliation, room.affiliate(yes).nick(), ""));
        });
    }

    /** §10.9. @param why where to go instead, and why: as the owner has said it */
    void destroy(LiveRoom live, StanzaTransaction transaction, Element why) {
        var destroy = Element.of(MucXml.USER, "destroy");
        if (why.attribute("jid").isPresent()) destroy = destroy.with("jid", MucXml.address(why.attribute("jid").get()));
        for (String name : List.of("password", "reason")) if (why.child(name).isPresent())
            destroy = destroy.with(Element.of(MucXml.USER, name).withText(MucXml.text(why, name)));
        leaving.everybody(live.room(), List.of(destroy), transaction);
        rooms.destroy(live);
    }
}
