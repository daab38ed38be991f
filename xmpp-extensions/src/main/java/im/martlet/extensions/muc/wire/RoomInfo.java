package im.martlet.extensions.muc.wire;

import im.martlet.address.Jid;
import im.martlet.extensions.muc.state.Affiliation;
import im.martlet.extensions.muc.state.Room;
import im.martlet.extensions.muc.state.RoomConfig;
import im.martlet.extensions.muc.state.RoomOption;
import im.martlet.form.DataForm;
import im.martlet.stanza.Stanza;
import im.martlet.xml.Element;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** Writes a room's disco#info (XEP-0045 §6.4). */
public final class RoomInfo {
    private RoomInfo() {}

    /**
     * Returns the disco#info of a room.
     *
     * @param features all features but those that follow from the room's configuration
     * @param fields further fields of the form {@code muc#roominfo}
     */
    public static Element of(Room room, Collection<String> features, List<Element> fields) {
        var config = room.config();
        var info = Element.of(MucXml.DISCO_INFO, "query").with(identity(
                config.text(RoomOption.NAME).isEmpty() ? room.address().local() : config.text(RoomOption.NAME)));
        for (String feature : Stream.concat(features.stream(), types(config).stream()).sorted().distinct().toList())
            info = info.with(Element.of(MucXml.DISCO_INFO, "feature").with("var", feature));
        return info.with(form(room, fields));
    }

    public static Element identity(String name) {
        return Element.of(MucXml.DISCO_INFO, "identity").with("category", "conference").with("type", "text")
                .with("name", name);
    }

    /** Returns the features that name the type of the room (§16.3). */
    private static List<String> types(RoomConfig config) {
        return List.of(config.is(RoomOption.PUBLIC) ? "muc_public" : "muc_hidden",
                config.is(RoomOption.PERSISTENT) ? "muc_persistent" : "muc_temporary",
                config.is(RoomOption.MEMBERS_ONLY) ? "muc_membersonly" : "muc_open",
                config.is(RoomOption.MODERATED) ? "muc_moderated" : "muc_unmoderated",
                config.isNonAnonymous() ? "muc_nonanonymous" : "muc_semianonymous",
                config.password().isPresent() ? "muc_passwordprotected" : "muc_unsecured");
    }

    private static Element form(Room room, List<Element> more) {
        var config = room.config();
        var fields = new ArrayList<Element>();
        text(fields, "muc#roominfo_description", config.text(RoomOption.DESCRIPTION));
        text(fields, "muc#roominfo_lang", config.text(RoomOption.LANGUAGE));
        if (config.isOpen()) // a closed room hides its activity from strangers (XEP-0502 §9)
            text(fields, "muc#roominfo_subject", room.subject()
                    .flatMap(m -> m.child(Stanza.CLIENT, "subject")).map(Element::text).orElse(""));
        text(fields, "muc#roominfo_occupants", String.valueOf(room.occupants().size()));
        text(fields, "muc#roominfo_subjectmod", config.text(RoomOption.CHANGE_SUBJECT));
        text(fields, "muc#roominfo_slow_mode_duration", config.text(RoomOption.SLOW_MODE)); // XEP-0500 §5.2
        for (RoomOption option : List.of(RoomOption.HISTORY, RoomOption.CHANGE_SUBJECT, RoomOption.ALLOW_INVITES,
                RoomOption.ALLOW_PM, RoomOption.MAX_USERS, RoomOption.PUBSUB))
            text(fields, option.field(), config.text(option));
        // a semi-anonymous room hides real addresses, also those of its owners
        var owners = config.isNonAnonymous() ? room.withAffiliation(Affiliation.OWNER) : List.<Jid>of();
        fields.add(RoomConfigForm.shown("muc#roominfo_contactjid", owners.stream().map(Jid::toString)));
        fields.removeIf(field -> field.children().isEmpty());
        return Element.of(DataForm.NS, "x").with("type", "result")
                .with(RoomConfigForm.shown("FORM_TYPE", Stream.of(MucXml.INFO)).with("type", "hidden")).with(fields)
                .with(more);
    }

    private static void text(List<Element> fields, String name, String value) {
        if (!value.isEmpty()) fields.add(RoomConfigForm.shown(name, Stream.of(value)));
    }
}
