package im.martlet.extensions.muc.rules;

import im.martlet.extensions.muc.state.Affiliation;
import im.martlet.extensions.muc.state.Role;
import im.martlet.extensions.muc.state.RoomConfig;
import im.martlet.extensions.muc.state.RoomOption;
import im.martlet.stanza.StanzaError;
import im.martlet.stanza.StanzaError.Condition;
import java.util.Optional;

/**
 * An attempt of a user to enter a room (XEP-0045 §7.2).
 *
 * @param affiliation the affiliation of the user
 * @param password the password in the request; empty when there is none
 * @param taken whether another user has or has reserved the nickname
 * @param full whether the room has its largest number of occupants
 */
public record JoinAttempt(Affiliation affiliation, Optional<String> password, boolean taken, boolean full) {
    /** Returns the error; empty when the user may enter. */
    public Optional<StanzaError> refusal(RoomConfig config) {
        if (!AffiliationPrivilege.ENTER_OPEN_ROOM.allows(affiliation))
            return error(Condition.FORBIDDEN, "you are banned from this room"); // §7.2.7
        if (config.is(RoomOption.MEMBERS_ONLY) && !AffiliationPrivilege.ENTER_MEMBERS_ONLY_ROOM.allows(affiliation))
            return error(Condition.REGISTRATION_REQUIRED, "only members may enter this room"); // §7.2.6
        if (config.password().isPresent() && !config.password().equals(password))
            return error(Condition.NOT_AUTHORIZED, "this room needs its password"); // §7.2.5
        if (full && !affiliation.isAtLeast(Affiliation.ADMIN))
            // §7.2.9
            return Optional.of(Condition.SERVICE_UNAVAILABLE.because("the room is full").as(StanzaError.Type.WAIT));
        return taken ? error(Condition.CONFLICT, "another user has this nickname") : Optional.empty(); // §7.2.8
    }

    private static Optional<StanzaError> error(Condition condition, String reason) {
        return Optional.of(condition.because(reason));
    }

    /** Returns the role of a new occupant (§5.1.2). */
    public static Role initialRole(Affiliation affiliation, RoomConfig config) {
        return switch (affiliation) {
            case OUTCAST -> Role.NONE;
            case NONE -> config.is(RoomOption.MEMBERS_ONLY) ? Role.NONE : config.is(RoomOption.MODERATED) ? Role.VISITOR
                    : Role.PARTICIPANT;
            case MEMBER -> Role.PARTICIPANT;
            case ADMIN, OWNER -> Role.MODERATOR;
        };
    }
}
