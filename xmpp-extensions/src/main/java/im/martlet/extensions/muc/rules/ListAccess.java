package im.martlet.extensions.muc.rules;

import im.martlet.extensions.muc.state.Affiliation;
import im.martlet.extensions.muc.state.Role;
import im.martlet.extensions.muc.state.RoomConfig;
import im.martlet.extensions.muc.state.RoomOption;

/** Rules for access to the lists of a room (XEP-0045 §8.5, §9.2, §9.5, §9.8, §10.5, §10.8). */
public final class ListAccess {
    private ListAccess() {}

    /**
     * Returns whether a user may read the list of users with an affiliation. A room that hides addresses also hides
     * these lists (§5.2.1).
     *
     * @param list the affiliation to list
     * @param asker the affiliation of the user that asks
     * @param role the role of the user that asks
     */
    public static boolean maySee(Affiliation list, Affiliation asker, Role role, RoomConfig config) {
        if (asker.isAtLeast(Affiliation.ADMIN)) return true;
        return switch (list) {
            case OUTCAST, NONE -> false;
            case MEMBER, ADMIN,
                    OWNER -> config.isNonAnonymous() && AffiliationPrivilege.RETRIEVE_MEMBER_LIST.allows(asker)
                            || (config.isNonAnonymous() || role == Role.MODERATOR) && list == Affiliation.MEMBER
                                    && config.roles(RoomOption.MEMBER_LIST).contains(role);
        };
    }

    /**
     * Returns whether a user may read the list of occupants with a role.
     *
     * @param list the role to list
     * @param asker the affiliation of the user that asks
     * @param role the role of the user that asks
     */
    public static boolean maySee(Role list, Affiliation asker, Role role) {
        return asker.isAtLeast(Affiliation.ADMIN)
                || role == Role.MODERATOR && list != Role.MODERATOR && list != Role.NONE;
    }
}
