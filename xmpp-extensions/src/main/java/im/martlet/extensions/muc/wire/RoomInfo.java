package im.martlet.extensions.muc.wire;

import im.martlet.address.Jid;
import im.martlet.extensions.muc.state.Affiliation;
import im.martlet.extensions.muc.state.Room;
import im.martlet.extensions.muc.state.RoomConfig;
import im.martlet.extensions.muc.state.Setting;
import im.martlet.form.DataForm;
import im.martlet.xml.Element;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What a room says of itself (XEP-0045 §6.4). */
public final class RoomInfo {
    private RoomInfo() {}

    /**
     * @param features beside those that follow from the room's configuration
     * @param perHour how many messages are said, if that is known; of rooms that stay, and that everybody may find and enter, it is told (XEP-0502)
     * @param pictures hashes of its avatar's (XEP-0486 §3.3)
     */
    public static Element of(Room room, Collection<String> features, List<String> pictures, Optional<Double> perHour) {
        var config = room.config();
        var info = Element.of(Muc.DISCO_INFO, "query").with(identity(config.text(Setting.NAME).isEmpty() ? room.address().local() : config.text(Setting.NAME)));
        for (String feature : Stream.concat(features.stream(), kinds(config).stream()).sorted().distinct().toList())
            info = info.with(Element.of(Muc.DISCO_INFO, "feature").with("var", feature));
        return info.with(form(room, pictures, perHour));
    }

    public static Element identity(String name) {
        return Element.of(Muc.DISCO_INFO, "identity").with("category", "conference").with("type", "text").with("name", name);
    }

    /** §16.3. */
    private static List<String> kinds(RoomConfig config) {
        return List.of(config.is(Setting.PUBLIC) ? "muc_public" : "muc_hidden", config.is(Setting.PERSISTENT) ? "muc_persistent" : "muc_temporary",
                config.is(Setting.MEMBERS_ONLY) ? "muc_membersonly" : "muc_open", config.is(Setting.MODERATED) ? "muc_moderated" : "muc_unmoderated",
                config.isNonAnonymous() ? "muc_nonanonymous" : "muc_semianonymous", config.password().isPresent() ? "muc_passwordprotected" : "muc_unsecured");
    }

    private static Element form(Room room, List<String> pictures, Optional<Double> perHour) {
        var config = room.config();
        var fields = new ArrayList<Element>();
        text(fields, "muc#roominfo_description", config.text(Setting.DESCRIPTION));
        text(fields, "muc#roominfo_lang", config.text(Setting.LANGUAGE));
        boolean open = config.isOpen(); // or strangers are not told what is going on in it (XEP-0502 §9)
        if (open) text(fields, "muc#roominfo_subject", room.subject().flatMap(m -> m.child(im.martlet.stanza.Stanza.CLIENT, "subject")).map(Element::text).orElse(""));
        text(fields, "muc#roominfo_occupants", String.valueOf(room.occupants().size()));
        text(fields, "muc#roominfo_subjectmod", config.text(Setting.CHANGE_SUBJECT));
        if (config.is(Setting.PERSISTENT) && config.is(Setting.PUBLIC) && open) perHour.ifPresent(rate -> text(fields, "{urn:xmpp:muc-activity}message-activity", String.format(Locale.ROOT, "%.2f", rate)));
        text(fields, "muc#roominfo_slow_mode_duration", config.text(Setting.SLOW_MODE)); // XEP-0500 §5.2
        if (!room.hats().all().isEmpty()) text(fields, "hats#hash", HatForms.hash(room.hats().all()));
        text(fields, Setting.HISTORY.field(), config.text(Setting.HISTORY));
        text(fields, Setting.CHANGE_SUBJECT.field(), config.text(Setting.CHANGE_SUBJECT));
        text(fields, Setting.ALLOW_INVITES.field(), config.text(Setting.ALLOW_INVITES));
        text(fields, Setting.ALLOW_PM.field(), config.text(Setting.ALLOW_PM));
        text(fields, Setting.MAX_USERS.field(), config.text(Setting.MAX_USERS));
        text(fields, Setting.PUBSUB.field(), config.text(Setting.PUBSUB));
        var owners = config.isNonAnonymous() ? room.affiliates().entrySet().stream().filter(a -> a.getValue().affiliation() == Affiliation.OWNER)
                .map(Map.Entry::getKey).map(Jid::toString) : Stream.<String>empty(); // whom it hides, it does not name
        fields.add(ConfigForm.shown("muc#roominfo_contactjid", owners));
        fields.add(ConfigForm.shown("muc#roominfo_avatarhash", pictures.stream()));
        fields.removeIf(field -> field.children().isEmpty());
        return Element.of(DataForm.NS, "x").with("type", "result").with(ConfigForm.shown("FORM_TYPE", Stream.of(Muc.INFO)).with("type", "hidden")).with(fields);
    }

    private static void text(List<Element> fields, String name, String value) {
        if (!value.isEmpty()) fields.add(ConfigForm.shown(name, Stream.of(value)));
    }
}
