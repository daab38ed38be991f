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
import java.util.Optional;

/**
 * Lists and changes roles and affiliations (XEP-0045 §8, §9, §10.3-§10.8). A request changes everything that it asks
 * for, or nothing.
 */
final class AdminRequests implements RoomFeature {
    private static final int MAX_ITEMS = 200; // in one request
    private static final int MAX_REASON = 1000; // characters

    private final AffiliationChanges affiliationChanges;
    private final LeaveHandler leaveHandler;
    private final RoomBroadcast broadcast;

    @Inject AdminRequests(AffiliationChanges affiliationChanges, LeaveHandler leaveHandler, RoomBroadcast broadcast) {
        this.affiliationChanges = affiliationChanges;
        this.leaveHandler = leaveHandler;
        this.broadcast = broadcast;
    }

    @Override public List<RoomHook> hooks() {
        return List.of(new RoomHook.RequestHandler(MucXml.ADMIN, this::answer));
    }

    private void answer(LiveRoom live, Iq.Request request, StanzaTransaction transaction) {
        if (!request.element().name().equals("query"))
            throw StanzaException.badRequest("a request to an admin needs <query/>");
        var items = request.element().children().stream().filter(e -> e.is(MucXml.ADMIN, "item")).toList();
        if (items.isEmpty() || items.size() > MAX_ITEMS)
            throw StanzaException.badRequest("a request needs from 1 to " + MAX_ITEMS + " items");
        switch (request) {
            case Iq.Get get when items.size() == 1 -> broadcast.send(
                    get.result(Element.of(MucXml.ADMIN, "query").with(list(live.room(), get.from(), items.getFirst()))),
                    transaction);
            case Iq.Get _ -> throw StanzaException.badRequest("a request can ask for one list only");
            case Iq.Set set -> {
                change(live, set, items, transaction);
                broadcast.send(set.result(), transaction);
            }
        }
    }

    private static Affiliation affiliation(String name) {
        return Affiliation.read(name)
                .orElseThrow(() -> StanzaException.badRequest("there is no affiliation '" + name + "'"));
    }

    private static Role role(String name) {
        return Role.read(name).orElseThrow(() -> StanzaException.badRequest("there is no role '" + name + "'"));
    }

    // ---- lists

    private static List<Element> list(Room room, Jid asker, Element item) {
        var affiliation = room.affiliation(asker);
        var role = room.role(asker);
        if (item.attribute("affiliation").isPresent()) {
            var listed = affiliation(item.attribute("affiliation").get());
            if (!ListAccess.maySee(listed, affiliation, role, room.config()))
                throw new StanzaException(Condition.FORBIDDEN.plain());
            return room.withAffiliation(listed).stream().map(address -> listed(address, room.affiliate(address)))
                    .toList();
        }
        var listed = role(item.attribute("role")
                .orElseThrow(() -> StanzaException.badRequest("an item needs an affiliation or a role")));
        if (!ListAccess.maySee(listed, affiliation, role)) throw new StanzaException(Condition.FORBIDDEN.plain());
        return room.occupants().stream().filter(o -> o.role() == listed)
                .map(o -> MucItem.occupant(room.affiliation(o.user()), o.role(), o.shown().from(), o.nick()).element())
                .toList();
    }

    private static Element listed(Jid address, Affiliate affiliate) {
        return MucItem.listed(affiliate.affiliation(), address).nick(affiliate.nick())
                .by(Optional.empty(), affiliate.reason()).element();
    }

    // ---- changes

    private record NewRole(Occupant occupant, Role role, String reason) {}

    /**
     * All items must be of one kind. An item has an affiliation or a role, not both, because a new affiliation also
     * sets the role, and a kick removes it (§17.4 says so of a single item).
     */
    private void change(LiveRoom live, Iq.Set set, List<Element> items, StanzaTransaction transaction) {
        var actor = live.room().nick(set.from());
        if (all(items, "role", "affiliation")) changeRoles(live.room(), set.from(), items, actor, transaction);
        else if (all(items, "affiliation", "role")) changeAffiliations(live, set.from(), items, actor, transaction);
        else throw StanzaException
                .badRequest("all items need an affiliation, or all need a role, but none may have both");
    }

    private static boolean all(List<Element> items, String present, String absent) {
        return items.stream()
                .allMatch(item -> item.attribute(present).isPresent() && item.attribute(absent).isEmpty());
    }

    private void changeRoles(Room room, Jid from, List<Element> items, Optional<String> actor,
            StanzaTransaction transaction) {
        var changes = new LinkedHashMap<Occupant, NewRole>();
        for (Element item : items) {
            var change = newRole(room, from, item);
            changes.put(change.occupant, change);
        }
        for (var change : changes.values())
            if (change.role == Role.NONE) leaveHandler.remove(room, change.occupant,
                    new LeaveHandler.Reason(actor, change.reason, LeaveHandler.KICKED), transaction);
            else if (change.role != change.occupant.role())
                affiliationChanges.changeRole(room, change.occupant, change.role, transaction);
    }

    private void changeAffiliations(LiveRoom live, Jid from, List<Element> items, Optional<String> actor,
            StanzaTransaction transaction) {
        var room = live.room();
        var changes = new LinkedHashMap<Jid, Affiliate>();
        long owners = room.owners();
        for (Element item : items) {
            var address = address(room, item);
            var before = room.affiliation(address);
            var as = newAffiliate(room, from, address, item, owners);
            if (before == Affiliation.OWNER && as.affiliation() != Affiliation.OWNER) owners--;
            if (!as.nick().isEmpty() && changes.entrySet().stream()
                    .anyMatch(other -> other.getValue().nick().equals(as.nick()) && !other.getKey().equals(address)))
                throw new StanzaException(Condition.CONFLICT.because("the request gives one nickname to two users"));
            changes.put(address, as);
        }
        affiliationChanges.apply(live, changes, actor, transaction);
    }

    private static NewRole newRole(Room room, Jid actor, Element item) {
        var role = role(item.attribute("role").orElseThrow());
        // checked first, because other users may not learn which nicknames are in use
        if (!room.role(actor).isAtLeast(Role.MODERATOR))
            throw new StanzaException(Condition.FORBIDDEN.plain());
        var occupant = room
                .occupant(item.attribute("nick")
                        .orElseThrow(() -> StanzaException.badRequest("an item with a role needs 'nick'")))
                .orElseThrow(() -> new StanzaException(
                        Condition.ITEM_NOT_FOUND.because("no occupant has this nickname")));
        var change = new RoleChange(room.affiliation(actor), room.role(actor), room.affiliation(occupant.user()),
                occupant.role(), role);
        change.refusal().ifPresent(condition -> { throw new StanzaException(condition.plain()); });
        return new NewRole(occupant, role, reason(item));
    }

    /** Returns the address of an item: its own, or that of the occupant with its nickname. */
    private static Jid address(Room room, Element item) {
        if (item.attribute("jid").isPresent()) return MucXml.address(item.attribute("jid").get()).bare();
        return item.attribute("nick").flatMap(room::occupant).map(Occupant::user)
                .orElseThrow(() -> StanzaException
                        .badRequest("an item with an affiliation needs 'jid', or 'nick' of an occupant"));
    }

    private static Affiliate newAffiliate(Room room, Jid actor, Jid user, Element item, long owners) {
        var before = room.affiliate(user);
        var affiliation = affiliation(item.attribute("affiliation").orElseThrow());
        new AffiliationChange(room.affiliation(actor), room.affiliation(user), affiliation, user.equals(actor.bare()),
                owners).refusal().ifPresent(condition -> {
                    throw new StanzaException(condition.plain());
                });
        if (room.address().equals(user))
            throw new StanzaException(
                    Condition.NOT_ACCEPTABLE.because("a room cannot have an affiliation with itself"));
        String nick = affiliation.isAtLeast(Affiliation.MEMBER)
                ? item.attribute("jid").isPresent() ? item.attribute("nick").orElse(before.nick()) : before.nick() : "";
        if (!nick.isEmpty() && !nick.equals(before.nick())) {
            nick = MucXml.withNick(room.address(), nick).resource();
            if (room.isTaken(nick, user))
                throw new StanzaException(Condition.CONFLICT.because("another user has this nickname"));
        }
        return new Affiliate(affiliation, nick, reason(item));
    }

    private static String reason(Element item) {
        String reason = MucXml.text(item, "reason").strip();
        if (reason.length() > MAX_REASON) throw new StanzaException(
                Condition.NOT_ACCEPTABLE.because("a reason can have at most " + MAX_REASON + " characters"));
        return reason;
    }
}
