package im.martlet.extensions.muc.state;

import java.util.List;

/** What can be configured of a room (XEP-0045 §16.5.3). The order is that of the form. */
public enum RoomOption {
    NAME("muc#roomconfig_roomname", Kind.TEXT, "Name", List.of(), ""),
    DESCRIPTION("muc#roomconfig_roomdesc", Kind.TEXT, "Description", List.of(), ""),
    LANGUAGE("muc#roomconfig_lang", Kind.TEXT, "Language of the discussion", List.of(), ""),
    PERSISTENT("muc#roomconfig_persistentroom", Kind.YES_OR_NO, "Stays when everybody has left", List.of(), "0"),
    PUBLIC("muc#roomconfig_publicroom", Kind.YES_OR_NO, "Can be found by everybody", List.of(), "1"),
    MEMBERS_ONLY("muc#roomconfig_membersonly", Kind.YES_OR_NO, "Only members may enter", List.of(), "0"),
    MODERATED("muc#roomconfig_moderatedroom", Kind.YES_OR_NO, "Only who has voice may speak", List.of(), "0"),
    PASSWORD_PROTECTED("muc#roomconfig_passwordprotectedroom", Kind.YES_OR_NO, "A password is needed to enter",
            List.of(), "0"),
    PASSWORD("muc#roomconfig_roomsecret", Kind.SECRET, "Password", List.of(), ""),
    WHOIS("muc#roomconfig_whois", Kind.CHOICE, "Who may see real addresses", List.of("moderators", "anyone"),
            "moderators"),
    MAX_USERS("muc#roomconfig_maxusers", Kind.NUMBER, "Most occupants at once",
            List.of("10", "20", "30", "50", "100", "200", "500", "1000", "none"), "none"),
    CHANGE_SUBJECT("muc#roomconfig_changesubject", Kind.YES_OR_NO, "Everybody who may speak may change the subject",
            List.of(), "0"),
    ALLOW_INVITES("muc#roomconfig_allowinvites", Kind.YES_OR_NO, "Every occupant may invite others", List.of(), "0"),
    ALLOW_PM("muc#roomconfig_allowpm", Kind.CHOICE, "Who may send private messages",
            List.of("anyone", "participants", "moderators", "none"), "anyone"),
    PRESENCE_BROADCAST("muc#roomconfig_presencebroadcast", Kind.CHOICES, "Whose presence is shown to others",
            List.of("moderator", "participant", "visitor"), "moderator participant visitor"),
    MEMBER_LIST("muc#roomconfig_getmemberlist", Kind.CHOICES, "Who may see the list of members",
            List.of("moderator", "participant", "visitor"), "moderator"),
    HISTORY("muc#maxhistoryfetch", Kind.NUMBER, "Most messages of the past that are sent on entering", List.of(), "25"),
    FORWARD_MENTIONS("muc#roomconfig_forwardmentions", Kind.YES_OR_NO,
            "Members who are not in the room are sent what mentions them", List.of(), "0"),
    SLOW_MODE("muc#roomconfig_slow_mode_duration", Kind.NUMBER,
            "Slow mode: seconds between two messages of a user, 0 for none", List.of(), "0"),
    PUBSUB("muc#roomconfig_pubsub", Kind.TEXT, "URI of an associated pubsub node", List.of(), "");

    /** What the value of a setting may be. */
    public enum Kind {
        TEXT, SECRET, YES_OR_NO,
        /** A number, or "none" where that is an option. */
        NUMBER,
        /** One of the options. */
        CHOICE,
        /** Some of the options. */
        CHOICES
    }

    private final String field;
    private final Kind kind;
    private final String label;
    private final List<String> options;
    private final List<String> usual;

    RoomOption(String field, Kind kind, String label, List<String> options, String usual) {
        this.field = field;
        this.kind = kind;
        this.label = label;
        this.options = options;
        this.usual = usual.isEmpty() ? List.of() : List.of(usual.split(" "));
    }

    /** The name of its field in forms. */
    public String field() { return field; }

    public Kind kind() { return kind; }

    /** For people, in English. */
    public String label() { return label; }

    /** What its value may be, or may usually be; empty when it may be anything of its kind. */
    public List<String> options() {
        return options;
    }

    /** Its values in a new room. */
    public List<String> usual() { return usual; }
}
