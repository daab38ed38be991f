package im.martlet.extensions.muc.rules;

import im.martlet.extensions.muc.state.Affiliation;
import im.martlet.extensions.muc.state.Role;
import im.martlet.extensions.muc.state.RoomConfig;
import im.martlet.extensions.muc.state.RoomOption;
import im.martlet.stanza.StanzaError;
import im.martlet.stanza.StanzaError.Condition;
import java.util.Optional;

/**
 * Somebody at the door of a room (XEP-0045 §7.2).
 *
 * @param password that they gave; empty when they gave none
 * @param taken whether the nick is somebody else's
 * @param full whether there is no room for one more
 */
public record JoinAttempt(Affiliation affiliation, Optional<String> password, boolean taken, boolean full) {
    /** Why they may not enter; empty when they may. */
    public Optional<StanzaError> refusal(RoomConfig config) {
        if (!AffiliationPrivilege.ENTER_OPEN_ROOM.allows(affiliation))
            return no(Condition.FORBIDDEN, "you are banned from this room"); // §7.2.7
        if (config.is(RoomOption.MEMBERS_ONLY) && !AffiliationPrivilege.ENTER_MEMBERS_ONLY_ROOM.allows(affiliation))
            return no(Condition.REGISTRATION_REQUIRED, "only members may enter"); // §7.2.6
        if (config.password().isPresent() && !config.password().equals(password))
            return no(Condition.NOT_AUTHORIZED, "a password is needed"); // §7.2.5
        if (full && !affiliation.isAtLeast(Affiliation.ADMIN))
            return Optional.of(Condition.SERVICE_UNAVAILABLE.because("the room is full").as(StanzaError.Type.WAIT)); // §7.2.9
        return taken ? no(Condition.CONFLICT, "somebody else has this nickname") : Optional.empty(); // §7.2.8
    }

    private static Optional<StanzaError> no(Condition condition, String why) {
        return Optional.of(condition.because(why));
    }

    /** §5.1.2: the role somebody begins with. */
    public static Role initial(Affiliation affiliation, RoomConfig config) {
        return switch (affiliation) {
            case OUTCAST -> Role.NONE;
            case NONE -> config.is(RoomOption.MEMBERS_ONLY) ? Role.NONE : config.is(RoomOption.MODERATED) ? Role.VISITOR
                    : Role.PARTICIPANT;
            case MEMBER -> Role.PARTICIPANT;
            case ADMIN, OWNER -> Role.MODERATOR;
        };
    }
}
