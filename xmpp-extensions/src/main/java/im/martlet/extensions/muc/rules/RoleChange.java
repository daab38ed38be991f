package im.martlet.extensions.muc.rules;

import im.martlet.extensions.muc.state.Affiliation;
import im.martlet.extensions.muc.state.Role;
import im.martlet.stanza.StanzaError.Condition;
import java.util.Optional;

/**
 * A request to change the role of an occupant (XEP-0045 §5.1.3, §8.2-§8.4, §9.6, §9.7).
 *
 * @param actor the affiliation of the user that asks for the change
 * @param actorRole the role of the user that asks for the change
 * @param target the affiliation of the occupant
 * @param from the present role of the occupant
 * @param to the new role of the occupant
 */
public record RoleChange(Affiliation actor, Role actorRole, Affiliation target, Role from, Role to) {
    /** Returns the error condition; empty when the change is allowed. */
    public Optional<Condition> refusal() {
        if (!actorRole.isAtLeast(Role.MODERATOR)) return Optional.of(Condition.FORBIDDEN);
        if (from == to) return Optional.empty();
        if (to == Role.NONE) return kick();
        if (to == Role.MODERATOR || from == Role.MODERATOR) return moderator();
        return to == Role.VISITOR ? revokeVoice() : Optional.empty();
    }

    /** An occupant with a higher affiliation cannot be kicked, and only admins and owners kick moderators (§8.2). */
    private Optional<Condition> kick() {
        return !actor.isAtLeast(target) || from == Role.MODERATOR && !actor.isAtLeast(Affiliation.ADMIN)
                ? Optional.of(Condition.NOT_ALLOWED) : Optional.empty();
    }

    /** Admins and owners are always moderators (§9.6, §9.7). */
    private Optional<Condition> moderator() {
        if (!AffiliationPrivilege.ASSIGN_MODERATOR_ROLE.allows(actor)) return Optional.of(Condition.FORBIDDEN);
        return from == Role.MODERATOR && target.isAtLeast(Affiliation.ADMIN) ? Optional.of(Condition.NOT_ALLOWED)
                : Optional.empty();
    }

    /** Voice stays with occupants of the same or a higher affiliation, and with all admins and owners (§8.4). */
    private Optional<Condition> revokeVoice() {
        return target.isAtLeast(actor) || target.isAtLeast(Affiliation.ADMIN) ? Optional.of(Condition.NOT_ALLOWED)
                : Optional.empty();
    }
}
