package im.martlet.extensions.muc;

import im.martlet.address.Jid;
import im.martlet.extensions.muc.rules.AffiliationPrivilege;
import im.martlet.extensions.muc.state.Affiliate;
import im.martlet.extensions.muc.state.Occupant;
import im.martlet.extensions.muc.state.Role;
import im.martlet.extensions.muc.state.Room;
import im.martlet.extensions.muc.state.RoomConfig;
import im.martlet.extensions.muc.state.RoomOption;
import im.martlet.extensions.muc.wire.MucXml;
import im.martlet.session.StanzaTransaction;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.storage.rooms.Rooms;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Gives a room another configuration, its first one included, and does what follows from it (XEP-0045 §10.2). */
final class ConfigurationChanges {
    private static final int CONFIGURED = 104;
    private static final int NON_ANONYMOUS = 172;
    private static final int SEMI_ANONYMOUS = 173;

    private final LiveRooms rooms;
    private final Rooms store;
    private final AffiliationChanges affiliating;
    private final LeaveHandler leaving;
    private final RoomBroadcast out;

    @Inject ConfigurationChanges(LiveRooms rooms, Rooms store, AffiliationChanges affiliating, LeaveHandler leaving,
            RoomBroadcast out) {
        this.rooms = rooms;
        this.store = store;
        this.affiliating = affiliating;
        this.leaving = leaving;
        this.out = out;
    }

    /** @param people whose affiliation changes with it, which has been judged */
    void configure(LiveRoom live, RoomConfig next, Map<Jid, Affiliate> people, Optional<String> actor,
            StanzaTransaction transaction) {
        var room = live.room();
        var before = room.config();
        if (next.number(RoomOption.MAX_USERS).filter(n -> n < 1 || n > rooms.mostOccupants()).isPresent())
            throw new StanzaException(
                    Condition.NOT_ACCEPTABLE.because("a room has from 1 to " + rooms.mostOccupants() + " occupants"));
        affiliating.check(room, people);
        if (room.isLocked()) {
            room.config(next);
            rooms.unlock(live);
        } else if (!next.equals(before)) {
            store.configure(live.key(), LiveRooms.settings(next));
            room.config(next);
            follow(room, before, transaction);
        }
        if (!people.isEmpty()) affiliating.affiliate(live, people, actor, transaction);
    }

    private void follow(Room room, RoomConfig before, StanzaTransaction transaction) {
        var now = room.config();
        for (Occupant occupant : List.copyOf(room.occupants())) {
            var affiliation = room.affiliation(occupant.user());
            if (now.is(RoomOption.MEMBERS_ONLY) && !AffiliationPrivilege.ENTER_MEMBERS_ONLY_ROOM.allows(affiliation))
                leaving.removed(room, occupant, LeaveHandler.Why.code(LeaveHandler.MEMBERS_ONLY_NOW), transaction);
            else if (occupant.role() == Role.VISITOR && before.is(RoomOption.MODERATED)
                    && !now.is(RoomOption.MODERATED))
                affiliating.become(room, occupant, Role.PARTICIPANT, transaction);
            else if (isShown(before, occupant.role()) != isShown(now, occupant.role())) {
                if (isShown(now, occupant.role())) out.toOthers(room, occupant, transaction);
                else affiliating.hide(room, occupant, transaction);
            }
        }
        var x = Element.of(MucXml.USER, "x");
        if (before.isNonAnonymous() != now.isNonAnonymous())
            x = x.with(MucXml.status(now.isNonAnonymous() ? NON_ANONYMOUS : SEMI_ANONYMOUS));
        out.notice(room, isOtherwiseChanged(before, now) ? x.with(MucXml.status(CONFIGURED)) : x, transaction); // §10.2.1
    }

    private static boolean isShown(RoomConfig config, Role role) {
        return config.roles(RoomOption.PRESENCE_BROADCAST).contains(role);
    }

    private static boolean isOtherwiseChanged(RoomConfig before, RoomConfig now) {
        return Set.of(RoomOption.values()).stream()
                .anyMatch(s -> s != RoomOption.WHOIS && !before.all(s).equals(now.all(s)));
    }
}
