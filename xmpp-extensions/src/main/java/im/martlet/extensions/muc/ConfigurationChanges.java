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
import java.util.stream.Stream;

/** Applies a room's first or a later configuration, with its consequences for occupants (XEP-0045 §10.2). */
final class ConfigurationChanges {
    private static final int CONFIGURED = 104;
    private static final int NON_ANONYMOUS = 172;
    private static final int SEMI_ANONYMOUS = 173;

    private final LiveRooms rooms;
    private final Rooms store;
    private final AffiliationChanges affiliationChanges;
    private final LeaveHandler leaveHandler;
    private final RoomBroadcast broadcast;

    @Inject ConfigurationChanges(LiveRooms rooms, Rooms store, AffiliationChanges affiliationChanges,
            LeaveHandler leaveHandler, RoomBroadcast broadcast) {
        this.rooms = rooms;
        this.store = store;
        this.affiliationChanges = affiliationChanges;
        this.leaveHandler = leaveHandler;
        this.broadcast = broadcast;
    }

    /**
     * Applies a configuration.
     *
     * @param affiliations affiliations that change with it; the caller has checked that they may
     * @param actor the nickname of the author
     */
    void configure(LiveRoom live, RoomConfig next, Map<Jid, Affiliate> affiliations, Optional<String> actor,
            StanzaTransaction transaction) {
        var room = live.room();
        var before = room.config();
        if (next.number(RoomOption.MAX_USERS).filter(n -> n < 1 || n > rooms.maxOccupants()).isPresent())
            throw new StanzaException(Condition.NOT_ACCEPTABLE
                    .because("a room can have from 1 to " + rooms.maxOccupants() + " occupants"));
        affiliationChanges.checkLimit(room, affiliations);
        if (room.isLocked()) {
            room.config(next);
            rooms.unlock(live);
        } else if (!next.equals(before)) {
            store.configure(live.key(), LiveRooms.settings(next));
            room.config(next);
            updateOccupants(room, before, transaction);
            broadcast.sendNotice(room, changes(before, next), transaction); // §10.2.1
        }
        if (!affiliations.isEmpty()) affiliationChanges.apply(live, affiliations, actor, transaction);
    }

    private void updateOccupants(Room room, RoomConfig before, StanzaTransaction transaction) {
        var now = room.config();
        for (Occupant occupant : List.copyOf(room.occupants())) {
            var affiliation = room.affiliation(occupant.user());
            if (now.is(RoomOption.MEMBERS_ONLY) && !AffiliationPrivilege.ENTER_MEMBERS_ONLY_ROOM.allows(affiliation))
                leaveHandler.remove(room, occupant, LeaveHandler.Reason.ofStatus(LeaveHandler.MEMBERS_ONLY),
                        transaction);
            else if (occupant.role() == Role.VISITOR && before.is(RoomOption.MODERATED)
                    && !now.is(RoomOption.MODERATED))
                affiliationChanges.changeRole(room, occupant, Role.PARTICIPANT, transaction);
            else if (isShown(before, occupant.role()) != isShown(now, occupant.role())) {
                if (isShown(now, occupant.role())) broadcast.showToOthers(room, occupant, transaction);
                else affiliationChanges.hideFromOthers(room, occupant, transaction);
            }
        }
    }

    private static boolean isShown(RoomConfig config, Role role) {
        return config.roles(RoomOption.PRESENCE_BROADCAST).contains(role);
    }

    private static Element changes(RoomConfig before, RoomConfig now) {
        var x = Element.of(MucXml.USER, "x");
        if (before.isNonAnonymous() != now.isNonAnonymous())
            x = x.with(MucXml.status(now.isNonAnonymous() ? NON_ANONYMOUS : SEMI_ANONYMOUS));
        boolean others = Stream.of(RoomOption.values())
                .anyMatch(option -> option != RoomOption.WHOIS && !before.all(option).equals(now.all(option)));
        return others ? x.with(MucXml.status(CONFIGURED)) : x;
    }
}
