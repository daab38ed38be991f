package im.martlet.extensions.muc;

import im.martlet.address.Jid;
import im.martlet.extensions.muc.rules.AffiliationChange;
import im.martlet.extensions.muc.rules.ListAccess;
import im.martlet.extensions.muc.rules.RoleChange;
import im.martlet.extensions.muc.state.Affiliate;
import im.martlet.extensions.muc.state.Affiliation;
import im.martlet.extensions.muc.state.Occupant;
import im.martlet.extensions.muc.state.Role;
import im.martlet.extensions.muc.state.Room;
import im.martlet.extensions.muc.wire.MucItem;
import im.martlet.extensions.muc.wire.MucXml;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.Iq;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Roles and affiliations, and the lists of who has them (XEP-0045 §8, §9, §10.3-§10.8). A request is done as a whole,
 * or not at all.
 */
final class AdminRequests implements RoomQuery {
    private static final int MOST = 200; // items in one request
    private static final int LONGEST_REASON = 1000;

    private final AffiliationChanges affiliating;
    private final LeaveHandler leaving;
    private final RoomBroadcast out;

    @Inject AdminRequests(AffiliationChanges affiliating, LeaveHandler leaving, RoomBroadcast out) {
        this.affiliating = affiliating;
        this.leaving = leaving;
        this.out = out;
    }

    @Override public Set<String> namespaces() { return Set.of(MucXml.ADMIN); }

    @Override public void answer(LiveRoom live, Iq.Request request, StanzaTransaction transaction) {
        if (!request.element().name().equals("query"))
            throw StanzaException.badRequest("what is asked of a room's admin is a <query/>");
        var items = request.element().children().stream().filter(e -> e.is(MucXml.ADMIN, "item")).toList();
        if (items.isEmpty() || items.size() > MOST) throw StanzaException.badRequest("from 1 to " + MOST + " items");
        switch (request) {
            case Iq.Get get when items.size() == 1 -> out.send(
                    get.result(Element.of(MucXml.ADMIN, "query").with(list(live.room(), get.from(), items.getFirst()))),
                    transaction);
            case Iq.Get _ -> throw StanzaException.badRequest("one list at a time");
            case Iq.Set set -> {
                change(live, set, items, transaction);
                out.send(set.result(), transaction);
            }
        }
    }

    private static Affiliation affiliation(String wire) {
        return Affiliation.read(wire).orElseThrow(() -> StanzaException.badRequest("no affiliation: " + wire));
    }

    private static Role role(String wire) {
        return Role.read(wire).orElseThrow(() -> StanzaException.badRequest("no role: " + wire));
    }

    // ---- lists

    private static List<Element> list(Room room, Jid asker, Element item) {
        var affiliation = room.affiliation(asker);
        var role = AffiliationChanges.role(room, asker);
        if (item.attribute("affiliation").isPresent()) {
            var wanted = affiliation(item.attribute("affiliation").get());
            if (!ListAccess.maySee(wanted, affiliation, role, room.config()))
                throw new StanzaException(Condition.FORBIDDEN.plain());
            return room.affiliates().entrySet().stream().filter(a -> a.getValue().affiliation() == wanted)
                    .map(AdminRequests::listed).toList();
        }
        var wanted =
                role(item.attribute("role").orElseThrow(() -> StanzaException.badRequest("an affiliation or a role")));
        if (!ListAccess.maySee(wanted, affiliation, role)) throw new StanzaException(Condition.FORBIDDEN.plain());
        return room.occupants().stream().filter(o -> o.role() == wanted)
                .map(o -> MucItem.occupant(room.affiliation(o.user()), o.role(), o.shown().from(), o.nick()).element())
                .toList();
    }

    private static Element listed(Map.Entry<Jid, Affiliate> who) {
        var item = MucItem.listed(who.getValue().affiliation(), who.getKey()).nick(who.getValue().nick());
        return item.by(Optional.empty(), who.getValue().reason()).element();
    }

    // ---- changes

    private record ToRole(Occupant occupant, Role role, String reason) {}

    /** Of one kind: with an affiliation comes a role, and who is put out has none (§17.4 of a single item). */
    private void change(LiveRoom live, Iq.Set set, List<Element> items, StanzaTransaction transaction) {
        var actor = AffiliationChanges.nick(live.room(), set.from());
        if (items.stream()
                .allMatch(item -> item.attribute("role").isPresent() && item.attribute("affiliation").isEmpty()))
            roles(live.room(), set.from(), items, actor, transaction);
        else if (items.stream()
                .allMatch(item -> item.attribute("affiliation").isPresent() && item.attribute("role").isEmpty()))
            affiliations(live, set.from(), items, actor, transaction);
        else throw StanzaException.badRequest("affiliations or roles, and not both");
    }

    private void roles(Room room, Jid from, List<Element> items, Optional<String> actor,
            StanzaTransaction transaction) {
        var changes = new LinkedHashMap<Occupant, ToRole>();
        for (Element item : items) {
            var change = role(room, from, item);
            changes.put(change.occupant, change);
        }
        for (var change : changes.values())
            if (change.role == Role.NONE) leaving.removed(room, change.occupant,
                    new LeaveHandler.Why(actor, change.reason, LeaveHandler.KICKED), transaction);
            else if (change.role != change.occupant.role())
                affiliating.become(room, change.occupant, change.role, transaction);
    }

    private void affiliations(LiveRoom live, Jid from, List<Element> items, Optional<String> actor,
            StanzaTransaction transaction) {
        var room = live.room();
        var changes = new LinkedHashMap<Jid, Affiliate>();
        long owners = room.owners();
        for (Element item : items) {
            var who = who(room, item);
            var before = room.affiliation(who);
            var as = affiliate(room, from, who, item, owners);
            if (before == Affiliation.OWNER && as.affiliation() != Affiliation.OWNER) owners--;
            if (!as.nick().isEmpty() && changes.entrySet().stream()
                    .anyMatch(other -> other.getValue().nick().equals(as.nick()) && !other.getKey().equals(who)))
                throw new StanzaException(Condition.CONFLICT.because("one nickname for two"));
            changes.put(who, as);
        }
        affiliating.affiliate(live, changes, actor, transaction);
    }

    private static ToRole role(Room room, Jid actor, Element item) {
        var wanted = role(item.attribute("role").orElseThrow());
        if (!AffiliationChanges.role(room, actor).isAtLeast(Role.MODERATOR))
            throw new StanzaException(Condition.FORBIDDEN.plain()); // who may not know who is there
        var occupant = room
                .occupant(item.attribute("nick")
                        .orElseThrow(() -> StanzaException.badRequest("whose role? there is no 'nick'")))
                .orElseThrow(
                        () -> new StanzaException(Condition.ITEM_NOT_FOUND.because("nobody here has this nickname")));
        var change = new RoleChange(room.affiliation(actor), AffiliationChanges.role(room, actor),
                room.affiliation(occupant.user()), occupant.role(), wanted);
        change.refusal().ifPresent(why -> { throw new StanzaException(why.plain()); });
        return new ToRole(occupant, wanted, reason(item));
    }

    /** Whose affiliation an item is about: an address, or who has a nick at the moment. */
    private static Jid who(Room room, Element item) {
        if (item.attribute("jid").isPresent()) return MucXml.address(item.attribute("jid").get()).bare();
        return item.attribute("nick").flatMap(room::occupant).map(Occupant::user)
                .orElseThrow(() -> StanzaException.badRequest("whose affiliation? there is no 'jid'"));
    }

    private static Affiliate affiliate(Room room, Jid actor, Jid who, Element item, long owners) {
        var before = room.affiliate(who);
        var wanted = affiliation(item.attribute("affiliation").orElseThrow());
        new AffiliationChange(room.affiliation(actor), room.affiliation(who), wanted, who.equals(actor.bare()), owners)
                .refusal()
                .ifPresent(why -> {
                    throw new StanzaException(why.plain());
                });
        if (room.address().equals(who))
            throw new StanzaException(Condition.NOT_ACCEPTABLE.because("a room is nobody's member"));
        String nick = wanted.isAtLeast(Affiliation.MEMBER)
                ? item.attribute("jid").isPresent() ? item.attribute("nick").orElse(before.nick()) : before.nick() : "";
        if (!nick.isEmpty() && !nick.equals(before.nick())) {
            nick = MucXml.withNick(room.address(), nick).resource();
            if (room.isTaken(nick, who))
                throw new StanzaException(Condition.CONFLICT.because("somebody else has this nickname"));
        }
        return new Affiliate(wanted, nick, reason(item));
    }

    private static String reason(Element item) {
        String reason = MucXml.text(item, "reason").strip();
        if (reason.length() > LONGEST_REASON) throw new StanzaException(
                Condition.NOT_ACCEPTABLE.because("a reason has at most " + LONGEST_REASON + " characters"));
        return reason;
    }
}
