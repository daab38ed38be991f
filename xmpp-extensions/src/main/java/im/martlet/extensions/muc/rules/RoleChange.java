package im.martlet.extensions.muc.rules;

import im.martlet.extensions.muc.state.Affiliation;
import im.martlet.extensions.muc.state.Role;
import im.martlet.stanza.StanzaError.Condition;
import java.util.Optional;

/** Somebody in a room wants another occupant to have another role (XEP-0045 §5.1.3, §8.2-§8.4, §9.6, §9.7). */
public record RoleChange(Affiliation actor, Role actorRole, Affiliation target, Role from, Role to) {
    /** Why that may not be; empty when it may. */
    public Optional<Condition> refusal() {
        if (!actorRole.isAtLeast(Role.MODERATOR)) return Optional.of(Condition.FORBIDDEN);
        if (from == to) return Optional.empty();
        if (to == Role.NONE) return kick();
        if (to == Role.MODERATOR || from == Role.MODERATOR) return moderator();
        return to == Role.VISITOR ? revokeVoice() : Optional.empty();
    }

    /** §8.2: nobody is kicked by who has a lower affiliation, and a moderator by admins and owners only. */
    private Optional<Condition> kick() {
        return !actor.isAtLeast(target) || from == Role.MODERATOR && !actor.isAtLeast(Affiliation.ADMIN)
                ? Optional.of(Condition.NOT_ALLOWED) : Optional.empty();
    }

    /** §9.6, §9.7: admins and owners are moderators by being what they are. */
    private Optional<Condition> moderator() {
        if (!AffiliationPrivilege.ASSIGN_MODERATOR_ROLE.allows(actor)) return Optional.of(Condition.FORBIDDEN);
        return from == Role.MODERATOR && target.isAtLeast(Affiliation.ADMIN) ? Optional.of(Condition.NOT_ALLOWED)
                : Optional.empty();
    }

    /** §8.4: not from who is at or above the level of who wants it, and never from admins and owners. */
    private Optional<Condition> revokeVoice() {
        return target.isAtLeast(actor) || target.isAtLeast(Affiliation.ADMIN) ? Optional.of(Condition.NOT_ALLOWED)
                : Optional.empty();
    }
}
