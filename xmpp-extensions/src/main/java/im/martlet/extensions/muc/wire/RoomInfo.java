package im.martlet.extensions.muc.wire;

import im.martlet.address.Jid;
import im.martlet.extensions.muc.state.Affiliation;
import im.martlet.extensions.muc.state.Room;
import im.martlet.extensions.muc.state.RoomConfig;
import im.martlet.extensions.muc.state.RoomOption;
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
     * @param perHour how many messages are said, if that is known; of rooms that stay, and that everybody may find and
     * enter, it is told (XEP-0502)
     * @param pictures hashes of its avatar's (XEP-0486 §3.3)
     */
    public static Element of(Room room, Collection<String> features, List<String> pictures, Optional<Double> perHour) {
        var config = room.config();
        var info = Element.of(MucXml.DISCO_INFO, "query").with(identity(
                config.text(RoomOption.NAME).isEmpty() ? room.address().local() : config.text(RoomOption.NAME)));
        for (String feature : Stream.concat(features.stream(), kinds(config).stream()).sorted().distinct().toList())
            info = info.with(Element.of(MucXml.DISCO_INFO, "feature").with("var", feature));
        return info.with(form(room, pictures, perHour));
    }

    public static Element identity(String name) {
        return Element.of(MucXml.DISCO_INFO, "identity").with("category", "conference").with("type", "text")
                .with("name", name);
    }

    /** §16.3. */
    private static List<String> kinds(RoomConfig config) {
        return List.of(config.is(RoomOption.PUBLIC) ? "muc_public" : "muc_hidden",
                config.is(RoomOption.PERSISTENT) ? "muc_persistent" : "muc_temporary",
                config.is(RoomOption.MEMBERS_ONLY) ? "muc_membersonly" : "muc_open",
                config.is(RoomOption.MODERATED) ? "muc_moderated" : "muc_unmoderated",
                config.isNonAnonymous() ? "muc_nonanonymous" : "muc_semianonymous",
                config.password().isPresent() ? "muc_passwordprotected" : "muc_unsecured");
    }

    private static Element form(Room room, List<String> pictures, Optional<Double> perHour) {
        var config = room.config();
        var fields = new ArrayList<Element>();
        text(fields, "muc#roominfo_description", config.text(RoomOption.DESCRIPTION));
        text(fields, "muc#roominfo_lang", config.text(RoomOption.LANGUAGE));
        boolean open = config.isOpen(); // or strangers are not told what is going on in it (XEP-0502 §9)
        if (open) text(fields, "muc#roominfo_subject", room.subject()
                .flatMap(m -> m.child(im.martlet.stanza.Stanza.CLIENT, "subject")).map(Element::text).orElse(""));
        text(fields, "muc#roominfo_occupants", String.valueOf(room.occupants().size()));
        text(fields, "muc#roominfo_subjectmod", config.text(RoomOption.CHANGE_SUBJECT));
        if (config.is(RoomOption.PERSISTENT) && config.is(RoomOption.PUBLIC) && open)
            perHour.ifPresent(rate -> text(fields, "{urn:xmpp:muc-activity}message-activity",
                    String.format(Locale.ROOT, "%.2f", rate)));
        text(fields, "muc#roominfo_slow_mode_duration", config.text(RoomOption.SLOW_MODE)); // XEP-0500 §5.2
        if (!room.hats().all().isEmpty()) text(fields, "hats#hash", HatForms.hash(room.hats().all()));
        text(fields, RoomOption.HISTORY.field(), config.text(RoomOption.HISTORY));
        text(fields, RoomOption.CHANGE_SUBJECT.field(), config.text(RoomOption.CHANGE_SUBJECT));
        text(fields, RoomOption.ALLOW_INVITES.field(), config.text(RoomOption.ALLOW_INVITES));
        text(fields, RoomOption.ALLOW_PM.field(), config.text(RoomOption.ALLOW_PM));
        text(fields, RoomOption.MAX_USERS.field(), config.text(RoomOption.MAX_USERS));
        text(fields, RoomOption.PUBSUB.field(), config.text(RoomOption.PUBSUB));
        var owners = config.isNonAnonymous()
                ? room.affiliates().entrySet().stream().filter(a -> a.getValue().affiliation() == Affiliation.OWNER)
                        .map(Map.Entry::getKey).map(Jid::toString)
                : Stream.<String>empty(); // whom it hides, it does not name
        fields.add(RoomConfigForm.shown("muc#roominfo_contactjid", owners));
        fields.add(RoomConfigForm.shown("muc#roominfo_avatarhash", pictures.stream()));
        fields.removeIf(field -> field.children().isEmpty());
        return Element.of(DataForm.NS, "x").with("type", "result")
                .with(RoomConfigForm.shown("FORM_TYPE", Stream.of(MucXml.INFO)).with("type", "hidden")).with(fields);
    }

    private static void text(List<Element> fields, String name, String value) {
        if (!value.isEmpty()) fields.add(RoomConfigForm.shown(name, Stream.of(value)));
    }
}
