package im.martlet.extensions.vcard;

import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Converts a card between its two forms, vcard-temp (XEP-0054) and vCard4 (RFC 6351), property by property (XEP-0292
 * §11). Properties that only one form knows stay in that form. So do pictures, because they have nodes of their own.
 * Pure.
 */
final class VCardConversion {
    static final String NS = Namespaces.VCARD4;
    private static final String TEMP = VCardTemp.NS;
    private static final Pattern NUMBER = Pattern.compile("[+0-9()*#.-]+");
    private static final Pattern PLACE = Pattern.compile("geo:(-?[0-9.]+),(-?[0-9.]+).*");

    /** Properties that are one text in both forms, with the kind of value in vCard4. */
    private static final Map<String, String> TEXTS = Map.ofEntries(Map.entry("FN", "text"),
            Map.entry("NICKNAME", "text"), Map.entry("TITLE", "text"), Map.entry("ROLE", "text"),
            Map.entry("NOTE", "text"), Map.entry("TZ", "text"), Map.entry("PRODID", "text"), Map.entry("BDAY", "date"),
            Map.entry("REV", "timestamp"), Map.entry("UID", "uri"), Map.entry("URL", "uri"));
    private static final List<String[]> NAME =
            parts("FAMILY surname", "GIVEN given", "MIDDLE additional", "PREFIX prefix", "SUFFIX suffix");
    private static final List<String[]> ADDRESS = parts("POBOX pobox", "EXTADD ext", "STREET street",
            "LOCALITY locality", "REGION region", "PCODE code", "CTRY country");
    private static final Set<String> PLACES = Set.of("home", "work");
    private static final Set<String> PHONES =
            Set.of("home", "work", "text", "voice", "fax", "cell", "video", "pager", "textphone"); // §11.3.5

    private VCardConversion() {}

    private static List<String[]> parts(String... pairs) {
        return Stream.of(pairs).map(pair -> pair.split(" ")).toList();
    }

    /** Converts a card to vCard4. Keeps the earlier properties that a card cannot express. */
    static Element toVCard4(Element card, Optional<Element> before) {
        return Element.of(NS, "vcard").with(merged(card.children(), before.map(Element::children).orElse(List.of()),
                VCardConversion::toVCard4, VCardConversion::toTemp));
    }

    /** Converts a vCard4 to a card. Keeps the earlier properties that a vCard4 cannot express. */
    static Element toTemp(Element vcard, Optional<Element> before) {
        return Element.of(TEMP, "vCard").with(merged(vcard.children(), before.map(Element::children).orElse(List.of()),
                VCardConversion::toTemp, VCardConversion::toVCard4));
    }

    /**
     * Converts properties. If a property has not changed, its earlier target is used, with all details that only the
     * target form can express.
     */
    private static List<Element> merged(List<Element> sources, List<Element> before,
            Function<Element, Optional<Element>> convert, Function<Element, Optional<Element>> convertBack) {
        var unchanged = new LinkedHashMap<Element, Element>();
        for (Element old : before) convertBack.apply(old).ifPresent(source -> unchanged.putIfAbsent(source, old));
        var all = new ArrayList<Element>();
        for (Element e : sources)
            convert.apply(e).map(converted -> unchanged.getOrDefault(e, converted)).ifPresent(all::add);
        for (Element old : before) if (convertBack.apply(old).isEmpty()) all.add(old);
        return all;
    }

    // ---- from vcard-temp

    private static Optional<Element> toVCard4(Element e) {
        if (!e.namespace().equals(TEMP)) return Optional.empty();
        var kind = TEXTS.get(e.name());
        if (kind != null) return value(e.name().toLowerCase(Locale.ROOT), kind, e.text());
        return switch (e.name()) {
            case "DESC" -> value("note", "text", e.text()); // §11.1.1
            case "JABBERID" -> value("impp", "uri", e.text()) // §11.1.2
                    .map(_ -> property("impp", "uri", "xmpp:" + e.text().strip()));
            case "N" -> structured(Element.of(NS, "n"), e, NAME);
            case "ADR" -> structured(Element.of(NS, "adr").with(parameters(e, PLACES)), e, ADDRESS);
            case "EMAIL" -> one(e, "USERID")
                    .map(address -> Element.of(NS, "email").with(parameters(e, PLACES)).with(text("text", address)));
            case "TEL" -> one(e, "NUMBER").map(number -> Element.of(NS, "tel").with(parameters(e, PHONES))
                    .with(NUMBER.matcher(number).matches() ? text("uri", "tel:" + number) : text("text", number)));
            case "GEO" -> one(e, "LAT")
                    .flatMap(lat -> one(e, "LON").map(lon -> property("geo", "uri", "geo:" + lat + "," + lon)));
            case "ORG" -> texts("org", e, List.of("ORGNAME", "ORGUNIT"));
            case "CATEGORIES" -> texts("categories", e, List.of("KEYWORD"));
            case "KEY" -> one(e, "CRED").map(key -> property("key", "text", key)); // §11.2.1
            case "LOGO", "SOUND" ->
                    one(e, "EXTVAL").map(uri -> property(e.name().toLowerCase(Locale.ROOT), "uri", uri));
            default -> Optional.empty();
        };
    }

    private static Optional<Element> value(String name, String kind, String text) {
        return text.isBlank() ? Optional.empty() : Optional.of(property(name, kind, text.strip()));
    }

    private static Element property(String name, String kind, String value) {
        return Element.of(NS, name).with(text(kind, value));
    }

    private static Element text(String name, String text) { return Element.of(NS, name).withText(text); }

    private static Optional<String> one(Element e, String name) {
        return e.childText(name).map(String::strip).filter(text -> !text.isEmpty());
    }

    private static Optional<Element> texts(String name, Element e, List<String> parts) {
        var values = parts.stream().flatMap(part -> e.children().stream().filter(c -> c.is(TEMP, part)))
                .map(c -> c.text().strip()).filter(t -> !t.isEmpty()).map(t -> text("text", t)).toList();
        return values.isEmpty() ? Optional.empty() : Optional.of(Element.of(NS, name).with(values));
    }

    private static Optional<Element> structured(Element to, Element e, List<String[]> parts) {
        var values = parts.stream()
                .flatMap(part -> e.childText(part[0]).stream().map(text -> text(part[1], text.strip()))).toList();
        return values.stream().allMatch(v -> v.text().isEmpty()) ? Optional.empty() : Optional.of(to.with(values));
    }

    private static List<Element> parameters(Element e, Set<String> known) {
        var types = e.children().stream().map(c -> c.name().toLowerCase(Locale.ROOT)).filter(known::contains)
                .map(type -> text("text", type)).toList();
        var all = new ArrayList<Element>();
        if (!types.isEmpty()) all.add(Element.of(NS, "type").with(types));
        if (e.child("PREF").isPresent()) all.add(Element.of(NS, "pref").with(text("integer", "1")));
        return all.isEmpty() ? List.of() : List.of(Element.of(NS, "parameters").with(all));
    }

    // ---- from vCard4

    private static Optional<Element> toTemp(Element e) {
        if (!e.namespace().equals(NS)) return Optional.empty();
        var name = e.name().toUpperCase(Locale.ROOT);
        var values = values(e);
        if (TEXTS.containsKey(name)) return first(values).map(value -> temp(name, value));
        return switch (e.name()) {
            case "impp" -> first(values).filter(uri -> uri.startsWith("xmpp:"))
                    .map(uri -> temp("JABBERID", uri.substring("xmpp:".length())));
            case "n" -> unstructured("N", e, NAME, Set.of());
            case "adr" -> unstructured("ADR", e, ADDRESS, PLACES);
            case "email" -> first(values).map(address -> Element.of(TEMP, "EMAIL").with(types(e, PLACES))
                    .with(temp("INTERNET", ""), temp("USERID", address)));
            case "tel" -> first(values).map(number -> Element.of(TEMP, "TEL").with(types(e, PHONES))
                    .with(temp("NUMBER", number.startsWith("tel:") ? number.substring("tel:".length()) : number)));
            case "geo" -> first(values).map(PLACE::matcher).filter(Matcher::matches)
                    .map(m -> Element.of(TEMP, "GEO").with(temp("LAT", m.group(1)), temp("LON", m.group(2))));
            case "org" -> first(values).map(org -> Element.of(TEMP, "ORG").with(temp("ORGNAME", org))
                    .with(values.stream().skip(1).map(unit -> temp("ORGUNIT", unit)).toList()));
            case "categories" -> first(values).map(_ -> Element.of(TEMP, "CATEGORIES")
                    .with(values.stream().map(word -> temp("KEYWORD", word)).toList()));
            case "key" -> first(values).map(key -> Element.of(TEMP, "KEY").with(temp("CRED", key)));
            case "logo", "sound" -> first(values).filter(uri -> !uri.startsWith("data:"))
                    .map(uri -> Element.of(TEMP, name).with(temp("EXTVAL", uri)));
            default -> Optional.empty();
        };
    }

    private static Element temp(String name, String text) { return Element.of(TEMP, name).withText(text); }

    /** Returns the values of a property, of any kind. */
    private static List<String> values(Element e) {
        return e.children().stream().filter(c -> c.namespace().equals(NS) && !c.name().equals("parameters"))
                .map(c -> c.text().strip()).filter(t -> !t.isEmpty()).toList();
    }

    private static Optional<String> first(List<String> values) { return values.stream().findFirst(); }

    private static Optional<Element> unstructured(String name, Element e, List<String[]> parts, Set<String> known) {
        var values = parts.stream()
                .flatMap(part -> e.childText(part[1]).stream().map(text -> temp(part[0], text.strip()))).toList();
        return values.stream().allMatch(v -> v.text().isEmpty()) ? Optional.empty()
                : Optional.of(Element.of(TEMP, name).with(types(e, known)).with(values));
    }

    private static List<Element> types(Element e, Set<String> known) {
        var parameters = e.child("parameters");
        var types = parameters.flatMap(p -> p.child("type")).map(Element::children).orElse(List.of()).stream()
                .map(c -> c.text().strip()).filter(known::contains)
                .map(type -> temp(type.toUpperCase(Locale.ROOT), "")).collect(Collectors.toCollection(ArrayList::new));
        if (parameters.flatMap(p -> p.child("pref")).isPresent()) types.addFirst(temp("PREF", ""));
        return types;
    }
}
