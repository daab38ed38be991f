package im.martlet.extensions.muc.rules;

import im.martlet.extensions.muc.state.Affiliation;
import im.martlet.extensions.muc.state.Role;
import im.martlet.extensions.muc.state.RoomConfig;
import im.martlet.extensions.muc.state.RoomOption;

/** Who may see which list (XEP-0045 §8.5, §9.2, §9.5, §9.8, §10.5, §10.8). */
public final class ListAccess {
    private ListAccess() {}

    /** Whether somebody may see who has an affiliation. Where addresses are hidden, the lists are too (§5.2.1). */
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

    /** Whether somebody may see which occupants have a role. */
    public static boolean maySee(Role list, Affiliation asker, Role role) {
        return asker.isAtLeast(Affiliation.ADMIN)
                || role == Role.MODERATOR && list != Role.MODERATOR && list != Role.NONE;
    }
}
