package im.martlet.extensions.muc;

import im.martlet.address.Jid;
import im.martlet.extensions.muc.rules.AffiliationPrivilege;
import im.martlet.extensions.muc.state.Affiliate;
import im.martlet.extensions.muc.state.Occupant;
import im.martlet.extensions.muc.state.Role;
import im.martlet.extensions.muc.state.Room;
import im.martlet.extensions.muc.state.RoomConfig;
import im.martlet.extensions.muc.state.Setting;
import im.martlet.extensions.muc.wire.Muc;
import im.martlet.session.Cause;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.storage.Rooms;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Gives a room another configuration, its first one included, and does what follows from it (XEP-0045 §10.2). */
final class Configuring {
    private static final int CONFIGURED = 104;
    private static final int NON_ANONYMOUS = 172;
    private static final int SEMI_ANONYMOUS = 173;

    private final LiveRooms rooms;
    private final Rooms store;
    private final Affiliating affiliating;
    private final Leaving leaving;
    private final Outgoing out;

    @Inject Configuring(LiveRooms rooms, Rooms store, Affiliating affiliating, Leaving leaving, Outgoing out) {
        this.rooms = rooms;
        this.store = store;
        this.affiliating = affiliating;
        this.leaving = leaving;
        this.out = out;
    }

    /** @param people whose affiliation changes with it, which has been judged */
    void configure(LiveRoom live, RoomConfig next, Map<Jid, Affiliate> people, Optional<String> actor, Cause cause) {
        var room = live.room();
        var before = room.config();
        if (next.number(Setting.MAX_USERS).filter(n -> n < 1 || n > rooms.mostOccupants()).isPresent())
            throw new StanzaException(Condition.NOT_ACCEPTABLE.because("a room has from 1 to " + rooms.mostOccupants() + " occupants"));
        affiliating.check(room, people);
        if (room.isLocked()) {
            room.config(next);
            rooms.unlock(live);
        } else if (!next.equals(before)) {
            store.configure(live.key(), LiveRooms.settings(next));
            room.config(next);
            follow(room, before, cause);
        }
        if (!people.isEmpty()) affiliating.affiliate(live, people, actor, cause);
    }

    private void follow(Room room, RoomConfig before, Cause cause) {
        var now = room.config();
        for (Occupant occupant : List.copyOf(room.occupants())) {
            var affiliation = room.affiliation(occupant.user());
            if (now.is(Setting.MEMBERS_ONLY) && !AffiliationPrivilege.ENTER_MEMBERS_ONLY_ROOM.allows(affiliation))
                leaving.removed(room, occupant, Leaving.Why.code(Leaving.MEMBERS_ONLY_NOW), cause);
            else if (occupant.role() == Role.VISITOR && before.is(Setting.MODERATED) && !now.is(Setting.MODERATED)) affiliating.become(room, occupant, Role.PARTICIPANT, cause);
            else if (isShown(before, occupant.role()) != isShown(now, occupant.role())) {
                if (isShown(now, occupant.role())) out.toOthers(room, occupant, cause);
                else affiliating.hide(room, occupant, cause);
            }
        }
        var x = Element.of(Muc.USER, "x");
        if (before.isNonAnonymous() != now.isNonAnonymous()) x = x.with(Muc.status(now.isNonAnonymous() ? NON_ANONYMOUS : SEMI_ANONYMOUS));
        out.notice(room, isOtherwiseChanged(before, now) ? x.with(Muc.status(CONFIGURED)) : x, cause); // §10.2.1
    }

    private static boolean isShown(RoomConfig config, Role role) { return config.roles(Setting.PRESENCE_BROADCAST).contains(role); }

    private static boolean isOtherwiseChanged(RoomConfig before, RoomConfig now) {
        return Set.of(Setting.values()).stream().anyMatch(s -> s != Setting.WHOIS && !before.all(s).equals(now.all(s)));
    }
}
