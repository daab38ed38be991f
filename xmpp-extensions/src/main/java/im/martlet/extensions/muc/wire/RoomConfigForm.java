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

/** A room's configuration as a form (XEP-0045 §10.1.3, §10.2): to fill in, filled in, and as it is kept. */
public final class RoomConfigForm {
    public static final String ADMINS = "muc#roomconfig_roomadmins";
    public static final String OWNERS = "muc#roomconfig_roomowners";
    private static final int LONGEST = 1000; // characters of a text
    private static final int MOST_PEOPLE = 500; // in one form

    /** XEP-0122. */
    private static final Element NUMBER =
            Element.of(Namespaces.DATA_VALIDATION, "validate").with("datatype", "xs:integer")
                    .with(Element.of(Namespaces.DATA_VALIDATION, "range").with("min", "0"));

    private RoomConfigForm() {}

    /** The form, as it stands. */
    public static Element blank(Jid room, RoomConfig config, Collection<Jid> admins, Collection<Jid> owners) {
        var form = Element.of(DataForm.NS, "x").with("type", "form").with(
                Element.of(DataForm.NS, "title").withText("Configuration of " + room),
                DataForm.field("FORM_TYPE", "hidden").with(DataForm.value(MucXml.CONFIG)));
        for (RoomOption s : RoomOption.values()) form = form.with(field(s, config));
        return form.with(people(ADMINS, "Admins", admins), people(OWNERS, "Owners", owners));
    }

    private static Element field(RoomOption s, RoomConfig config) {
        var field = DataForm.field(s.field(), type(s)).with("label", s.label())
                .with(config.all(s).stream().map(DataForm::value).toList());
        if (s.kind() == Kind.NUMBER && s.options().isEmpty()) field = field.with(NUMBER);
        return field.with(s.options().stream()
                .map(o -> Element.of(DataForm.NS, "option").with("label", o).with(DataForm.value(o))).toList());
    }

    private static String type(RoomOption s) {
        return switch (s.kind()) {
            case TEXT -> "text-single";
            case SECRET -> "text-private";
            case YES_OR_NO -> "boolean";
            case NUMBER -> s.options().isEmpty() ? "text-single" : "list-single";
            case CHOICE -> "list-single";
            case CHOICES -> "list-multi";
        };
    }

    private static Element people(String name, String label, Collection<Jid> who) {
        return DataForm.field(name, "jid-multi").with("label", label)
                .with(who.stream().map(jid -> DataForm.value(jid.toString())).toList());
    }

    /**
     * A configuration with what a form says otherwise; fields that nobody knows, or that are not there, change nothing.
     */
    public static RoomConfig read(DataForm form, RoomConfig before) {
        var config = before;
        for (RoomOption s : RoomOption.values())
            if (form.names().contains(s.field())) config = config.with(s, checked(s, form.all(s.field())));
        if (config.password().filter(String::isEmpty).isPresent())
            throw new StanzaException(Condition.NOT_ACCEPTABLE.because("a room with a password needs one")); // §10.1.3
        return config;
    }

    private static List<String> checked(RoomOption s, List<String> given) {
        var values = given.stream().filter(v -> !v.isEmpty()).toList();
        return switch (s.kind()) {
            case TEXT, SECRET -> {
                if (values.stream().anyMatch(v -> v.length() > LONGEST))
                    throw bad(s, "is longer than " + LONGEST + " characters");
                yield values.isEmpty() ? values : List.of(values.getFirst());
            }
            case YES_OR_NO -> List.of(switch (values.isEmpty() ? "0" : values.getFirst()) {
                case "1", "true" -> "1";
                case "0", "false" -> "0";
                default -> throw bad(s, "is true or false");
            });
            case NUMBER -> {
                String v = values.isEmpty() ? "none" : values.getFirst();
                if (v.equals("none") && s.options().contains("none")) yield List.of(v);
                if (!v.matches("[0-9]{1,6}")) throw bad(s, "is a number");
                yield List.of(v);
            }
            case CHOICE -> {
                if (values.size() != 1 || !s.options().contains(values.getFirst()))
                    throw bad(s, "is one of " + s.options());
                yield values;
            }
            case CHOICES -> {
                if (!Set.copyOf(s.options()).containsAll(values)) throw bad(s, "is some of " + s.options());
                yield values.stream().distinct().toList();
            }
        };
    }

    private static StanzaException bad(RoomOption s, String what) {
        return new StanzaException(Condition.NOT_ACCEPTABLE.because(s.field() + " " + what));
    }

    /** The people that a form names; empty when it does not speak of them. */
    public static Optional<Set<Jid>> people(DataForm form, String field) {
        if (!form.names().contains(field)) return Optional.empty();
        var named = form.all(field).stream().filter(text -> !text.isBlank())
                .map(text -> MucXml.address(text.strip()).bare()).collect(Collectors.toSet());
        if (named.size() > MOST_PEOPLE) throw new StanzaException(
                Condition.RESOURCE_CONSTRAINT.because("more than " + MOST_PEOPLE + " people in one form"));
        return Optional.of(named);
    }

    // ---- as it is kept

    /** What {@link #kept} reads. */
    public static String keep(RoomConfig config) {
        var form = Element.of(DataForm.NS, "x").with("type", "submit");
        for (RoomOption s : RoomOption.values())
            form = form.with(Element.of(DataForm.NS, "field").with("var", s.field())
                    .with(config.all(s).stream().map(DataForm::value).toList()));
        return form.toString();
    }

    public static RoomConfig kept(String text) {
        try {
            var form = DataForm.in(Element.of(MucXml.OWNER, "query").with(XmlReader.parse(text))).orElseThrow();
            var config = RoomConfig.usual();
            for (RoomOption s : RoomOption.values())
                if (form.names().contains(s.field())) config = config.with(s, form.all(s.field()));
            return config;
        } catch (XmlException e) {
            throw new IllegalStateException("what is kept is no form: " + text, e);
        }
    }

    /** A field of something that is only shown. */
    static Element shown(String name, Stream<String> values) {
        return Element.of(DataForm.NS, "field").with("var", name).with(values.map(DataForm::value).toList());
    }
}
