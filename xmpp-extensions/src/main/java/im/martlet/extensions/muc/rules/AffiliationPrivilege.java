package im.martlet.extensions.muc.rules;

import im.martlet.extensions.muc.state.Affiliation;

/** The privileges of affiliations (XEP-0045 §5.2.1), each with the lowest affiliation that has it. */
public enum AffiliationPrivilege {
    ENTER_OPEN_ROOM(Affiliation.NONE),
    REGISTER(Affiliation.NONE),
    RETRIEVE_MEMBER_LIST(Affiliation.MEMBER),
    ENTER_MEMBERS_ONLY_ROOM(Affiliation.MEMBER),
    BAN(Affiliation.ADMIN),
    EDIT_MEMBER_LIST(Affiliation.ADMIN),
    ASSIGN_MODERATOR_ROLE(Affiliation.ADMIN),
    EDIT_ADMIN_LIST(Affiliation.OWNER),
    EDIT_OWNER_LIST(Affiliation.OWNER),
    CONFIGURE(Affiliation.OWNER),
    DESTROY(Affiliation.OWNER);

    private final Affiliation least;

    AffiliationPrivilege(Affiliation least) { this.least = least; }

    public boolean allows(Affiliation affiliation) { return affiliation.isAtLeast(least); }
}
