package im.martlet.extensions.muc.state;

import java.util.List;

/** An option of the room configuration (XEP-0045 §16.5.3). The order is that of the form. */
public enum RoomOption {
    NAME("muc#roomconfig_roomname", Kind.TEXT, "Name", List.of(), ""),
    DESCRIPTION("muc#roomconfig_roomdesc", Kind.TEXT, "Description", List.of(), ""),
    LANGUAGE("muc#roomconfig_lang", Kind.TEXT, "Language of the discussion", List.of(), ""),
    PERSISTENT("muc#roomconfig_persistentroom", Kind.YES_OR_NO, "The room stays when everybody has left", List.of(),
            "0"),
    PUBLIC("muc#roomconfig_publicroom", Kind.YES_OR_NO, "Everybody can find the room", List.of(), "1"),
    MEMBERS_ONLY("muc#roomconfig_membersonly", Kind.YES_OR_NO, "Only members may enter", List.of(), "0"),
    MODERATED("muc#roomconfig_moderatedroom", Kind.YES_OR_NO, "Only occupants with voice may speak", List.of(), "0"),
    PASSWORD_PROTECTED("muc#roomconfig_passwordprotectedroom", Kind.YES_OR_NO, "A password is needed to enter",
            List.of(), "0"),
    PASSWORD("muc#roomconfig_roomsecret", Kind.SECRET, "Password", List.of(), ""),
    WHOIS("muc#roomconfig_whois", Kind.CHOICE, "Occupants that may see real addresses", List.of("moderators", "anyone"),
            "moderators"),
    MAX_USERS("muc#roomconfig_maxusers", Kind.NUMBER, "Largest number of occupants",
            List.of("10", "20", "30", "50", "100", "200", "500", "1000", "none"), "none"),
    CHANGE_SUBJECT("muc#roomconfig_changesubject", Kind.YES_OR_NO, "Every occupant with voice may change the subject",
            List.of(), "0"),
    ALLOW_INVITES("muc#roomconfig_allowinvites", Kind.YES_OR_NO, "Every occupant may invite others", List.of(), "0"),
    ALLOW_PM("muc#roomconfig_allowpm", Kind.CHOICE, "Occupants that may send private messages",
            List.of("anyone", "participants", "moderators", "none"), "anyone"),
    PRESENCE_BROADCAST("muc#roomconfig_presencebroadcast", Kind.CHOICES, "Roles that others see the presence of",
            List.of("moderator", "participant", "visitor"), "moderator participant visitor"),
    MEMBER_LIST("muc#roomconfig_getmemberlist", Kind.CHOICES, "Roles that may see the list of members",
            List.of("moderator", "participant", "visitor"), "moderator"),
    HISTORY("muc#maxhistoryfetch", Kind.NUMBER, "Largest number of past messages for a new occupant", List.of(), "25"),
    FORWARD_MENTIONS("muc#roomconfig_forwardmentions", Kind.YES_OR_NO,
            "Members who are not in the room get messages that mention them", List.of(), "0"),
    SLOW_MODE("muc#roomconfig_slow_mode_duration", Kind.NUMBER,
            "Slow mode: seconds between two messages of a user, 0 for none", List.of(), "0"),
    PUBSUB("muc#roomconfig_pubsub", Kind.TEXT, "URI of an associated pubsub node", List.of(), "");

    /** The kind of value that an option takes. */
    public enum Kind {
        TEXT, SECRET, YES_OR_NO,
        /** A number, or "none" where that is a choice. */
        NUMBER,
        /** One of the choices. */
        CHOICE,
        /** Some of the choices. */
        CHOICES
    }

    private final String field;
    private final Kind kind;
    private final String label;
    private final List<String> choices;
    private final List<String> defaults;

    RoomOption(String field, Kind kind, String label, List<String> choices, String defaults) {
        this.field = field;
        this.kind = kind;
        this.label = label;
        this.choices = choices;
        this.defaults = defaults.isEmpty() ? List.of() : List.of(defaults.split(" "));
    }

    /** Returns the name of the field in forms. */
    public String field() { return field; }

    public Kind kind() { return kind; }

    /** Returns the label of the field for people, in English. */
    public String label() { return label; }

    /** Returns the choices or the usual values; empty when every value of the kind is allowed. */
    public List<String> choices() {
        return choices;
    }

    /** Returns the values in a new room. */
    public List<String> defaults() { return defaults; }
}
