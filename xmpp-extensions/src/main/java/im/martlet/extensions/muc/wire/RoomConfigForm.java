package im.martlet.extensions.muc.wire;

import im.martlet.address.Jid;
import im.martlet.extensions.muc.state.RoomConfig;
import im.martlet.extensions.muc.state.RoomOption;
import im.martlet.extensions.muc.state.RoomOption.Kind;
import im.martlet.form.DataForm;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import im.martlet.xml.XmlException;
import im.martlet.xml.XmlReader;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads and writes the configuration of a room: in forms (XEP-0045 §10.1.3, §10.2) and in the database. */
public final class RoomConfigForm {
    public static final String ADMINS = "muc#roomconfig_roomadmins";
    public static final String OWNERS = "muc#roomconfig_roomowners";
    private static final int MAX_TEXT = 1000; // characters
    private static final int MAX_USERS = 500; // in one form

    /** A validation rule for numbers (XEP-0122). */
    private static final Element NUMBER =
            Element.of(Namespaces.DATA_VALIDATION, "validate").with("datatype", "xs:integer")
                    .with(Element.of(Namespaces.DATA_VALIDATION, "range").with("min", "0"));

    private RoomConfigForm() {}

    /** Returns the form with the present configuration. */
    public static Element blank(Jid room, RoomConfig config, Collection<Jid> admins, Collection<Jid> owners) {
        var form = Element.of(DataForm.NS, "x").with("type", "form").with(
                Element.of(DataForm.NS, "title").withText("Configuration of " + room),
                DataForm.field("FORM_TYPE", "hidden").with(DataForm.value(MucXml.CONFIG)));
        for (RoomOption option : RoomOption.values()) form = form.with(field(option, config));
        return form.with(users(ADMINS, "Admins", admins), users(OWNERS, "Owners", owners));
    }

    private static Element field(RoomOption option, RoomConfig config) {
        var field = DataForm.field(option.field(), type(option)).with("label", option.label())
                .with(config.all(option).stream().map(DataForm::value).toList());
        if (option.kind() == Kind.NUMBER && option.choices().isEmpty()) field = field.with(NUMBER);
        return field.with(option.choices().stream()
                .map(o -> Element.of(DataForm.NS, "option").with("label", o).with(DataForm.value(o))).toList());
    }

    private static String type(RoomOption option) {
        return switch (option.kind()) {
            case TEXT -> "text-single";
            case SECRET -> "text-private";
            case YES_OR_NO -> "boolean";
            case NUMBER -> option.choices().isEmpty() ? "text-single" : "list-single";
            case CHOICE -> "list-single";
            case CHOICES -> "list-multi";
        };
    }

    private static Element users(String name, String label, Collection<Jid> users) {
        return DataForm.field(name, "jid-multi").with("label", label)
                .with(users.stream().map(jid -> DataForm.value(jid.toString())).toList());
    }

    /**
     * Returns a configuration with the changes of a form. Unknown fields are ignored; absent fields keep their values.
     */
    public static RoomConfig read(DataForm form, RoomConfig before) {
        var config = before;
        for (RoomOption option : RoomOption.values())
            if (form.names().contains(option.field()))
                config = config.with(option, checked(option, form.all(option.field())));
        if (config.password().filter(String::isEmpty).isPresent())
            // §10.1.3
            throw new StanzaException(Condition.NOT_ACCEPTABLE.because("a room that needs a password must have one"));
        return config;
    }

    private static List<String> checked(RoomOption option, List<String> given) {
        var values = given.stream().filter(v -> !v.isEmpty()).toList();
        return switch (option.kind()) {
            case TEXT, SECRET -> {
                if (values.stream().anyMatch(v -> v.length() > MAX_TEXT))
                    throw bad(option, "must have at most " + MAX_TEXT + " characters");
                yield values.isEmpty() ? values : List.of(values.getFirst());
            }
            case YES_OR_NO -> List.of(switch (values.isEmpty() ? "0" : values.getFirst()) {
                case "1", "true" -> "1";
                case "0", "false" -> "0";
                default -> throw bad(option, "must be true or false");
            });
            case NUMBER -> {
                String v = values.isEmpty() ? "none" : values.getFirst();
                if (v.equals("none") && option.choices().contains("none")) yield List.of(v);
                if (!v.matches("[0-9]{1,6}")) throw bad(option, "must be a number");
                yield List.of(v);
            }
            case CHOICE -> {
                if (values.size() != 1 || !option.choices().contains(values.getFirst()))
                    throw bad(option, "must be one of "
                            + option.choices());
                yield values;
            }
            case CHOICES -> {
                if (!Set.copyOf(option.choices()).containsAll(values)) throw bad(option, "must be from "
                        + option.choices());
                yield values.stream().distinct().toList();
            }
        };
    }

    private static StanzaException bad(RoomOption option, String problem) {
        return new StanzaException(Condition.NOT_ACCEPTABLE.because(option.field() + " " + problem));
    }

    /** Returns the bare addresses in a field of a form; empty when the form does not have the field. */
    public static Optional<Set<Jid>> users(DataForm form, String field) {
        if (!form.names().contains(field)) return Optional.empty();
        var named = form.all(field).stream().filter(text -> !text.isBlank())
                .map(text -> MucXml.address(text.strip()).bare()).collect(Collectors.toSet());
        if (named.size() > MAX_USERS) throw new StanzaException(
                Condition.RESOURCE_CONSTRAINT.because("a form can name at most " + MAX_USERS + " users"));
        return Optional.of(named);
    }

    // ---- in the database

    /** Returns the text that {@link #stored} reads. */
    public static String write(RoomConfig config) {
        var form = Element.of(DataForm.NS, "x").with("type", "submit");
        for (RoomOption option : RoomOption.values())
            form = form.with(Element.of(DataForm.NS, "field").with("var", option.field())
                    .with(config.all(option).stream().map(DataForm::value).toList()));
        return form.toString();
    }

    /** Returns the configuration in a text that {@link #write} made. Absent options get their defaults. */
    public static RoomConfig stored(String text) {
        try {
            var form = DataForm.in(Element.of(MucXml.OWNER, "query").with(XmlReader.parse(text))).orElseThrow();
            var config = RoomConfig.defaults();
            for (RoomOption option : RoomOption.values())
                if (form.names().contains(option.field())) config = config.with(option, form.all(option.field()));
            return config;
        } catch (XmlException e) {
            throw new IllegalStateException("the stored configuration is not a form: " + text, e);
        }
    }

    /** Returns a field of a form that is only shown. */
    public static Element shown(String name, Stream<String> values) {
        return Element.of(DataForm.NS, "field").with("var", name).with(values.map(DataForm::value).toList());
    }
}
