package im.martlet.extensions.muc.rules;

import im.martlet.extensions.muc.state.Affiliation;
import im.martlet.extensions.muc.state.Role;
import im.martlet.extensions.muc.state.RoomConfig;
import im.martlet.extensions.muc.state.RoomOption;
import im.martlet.stanza.StanzaError.Condition;
import java.util.Optional;

/**
 * A request to change the affiliation of a user (XEP-0045 §5.2.2, §9, §10).
 *
 * @param actor the affiliation of the user that asks for the change
 * @param from the present affiliation of the target
 * @param to the new affiliation of the target
 * @param self whether the target asks for the change
 * @param owners the number of owners of the room
 */
public record AffiliationChange(Affiliation actor, Affiliation from, Affiliation to, boolean self, long owners) {
    /** Returns the error condition; empty when the change is allowed. */
    public Optional<Condition> refusal() {
        if (!actor.isAtLeast(Affiliation.ADMIN)) return Optional.of(Condition.FORBIDDEN);
        if (self && to == Affiliation.OUTCAST) return Optional.of(Condition.CONFLICT); // §9.1
        if (from == to) return Optional.empty();
        if (actor != Affiliation.OWNER && from.isAtLeast(Affiliation.ADMIN)) return Optional.of(Condition.NOT_ALLOWED);
        // §10.3, §10.6
        if (actor != Affiliation.OWNER && to.isAtLeast(Affiliation.ADMIN)) return Optional.of(Condition.FORBIDDEN);
        return from == Affiliation.OWNER && owners == 1 ? Optional.of(Condition.CONFLICT) : Optional.empty(); // §10.4
    }

    /** Returns the role of an occupant after the change (§5.1.3). An occupant with role none must leave. */
    public static Role roleAfter(Role role, Affiliation from, Affiliation to, RoomConfig config) {
        return switch (to) {
            case OUTCAST -> Role.NONE;
            case OWNER, ADMIN -> Role.MODERATOR;
            case MEMBER -> from.isAtLeast(Affiliation.ADMIN) || role == Role.VISITOR ? Role.PARTICIPANT : role;
            case NONE -> config.is(RoomOption.MEMBERS_ONLY) || from.isAtLeast(Affiliation.ADMIN)
                    ? JoinAttempt.initialRole(to, config) : role;
        };
    }
}
