package im.martlet.extensions.muc.rules;

import im.martlet.extensions.muc.state.Role;
import im.martlet.extensions.muc.state.RoomConfig;
import im.martlet.extensions.muc.state.RoomOption;

/** The privileges of roles (XEP-0045 §5.1.1), each with the lowest role that has it. */
public enum RolePrivilege {
    PRESENT_IN_ROOM(Role.VISITOR),
    RECEIVE_MESSAGES(Role.VISITOR),
    RECEIVE_OCCUPANT_PRESENCE(Role.VISITOR),
    BROADCAST_PRESENCE(Role.VISITOR),
    CHANGE_AVAILABILITY(Role.VISITOR),
    CHANGE_NICKNAME(Role.VISITOR),
    SEND_PRIVATE_MESSAGES(Role.VISITOR),
    INVITE(Role.VISITOR),
    SEND_MESSAGES_TO_ALL(Role.PARTICIPANT),
    MODIFY_SUBJECT(Role.MODERATOR),
    KICK(Role.MODERATOR),
    GRANT_VOICE(Role.MODERATOR),
    REVOKE_VOICE(Role.MODERATOR);

    private final Role least;

    RolePrivilege(Role least) { this.least = least; }

    /** Returns the lowest role with this privilege under the default configuration. */
    public Role least() {
        return least;
    }

    /** Returns the lowest role with this privilege in a room. {@link Role#NONE} has no privilege. */
    public Role least(RoomConfig config) {
        return switch (this) {
            case MODIFY_SUBJECT -> config.is(RoomOption.CHANGE_SUBJECT) ? Role.PARTICIPANT : least;
            case INVITE ->
                    config.is(RoomOption.ALLOW_INVITES) || !config.is(RoomOption.MEMBERS_ONLY) ? least : Role.MODERATOR;
            default -> least;
        };
    }

    /** Returns whether a role has this privilege in a room. */
    public boolean allows(Role role, RoomConfig config) {
        return switch (this) {
            case BROADCAST_PRESENCE -> config.roles(RoomOption.PRESENCE_BROADCAST).contains(role);
            case SEND_PRIVATE_MESSAGES -> switch (config.text(RoomOption.ALLOW_PM)) {
                case "anyone" -> role.isAtLeast(least);
                case "participants" -> role.isAtLeast(Role.PARTICIPANT);
                case "moderators" -> role.isAtLeast(Role.MODERATOR);
                default -> false;
            };
            default -> role.isAtLeast(least(config));
        };
    }
}
