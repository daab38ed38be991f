package im.martlet.extensions.muc.wire;

import im.martlet.address.Jid;
import im.martlet.extensions.muc.state.Hats;
import im.martlet.extensions.muc.state.Hats.Hat;
import im.martlet.form.DataForm;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.xml.Element;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Hats as they are written: in presence, and in the forms of commands (XEP-0317 §3). */
public final class HatForms {
    public static final String NS = "urn:xmpp:hats:0";
    public static final String COMMANDS = "urn:xmpp:hats:commands";
    private static final String TITLE = "hats#title";
    private static final String URI = "hats#uri";
    private static final String HUE = "hats#hue";
    private static final String JID = "hats#jid";
    private static final int LONGEST_TITLE = 100; // characters
    private static final int LONGEST_URI = 500;

    private HatForms() {}

    /** What somebody wears, for their presence; empty for nothing. */
    public static Optional<Element> worn(List<Hat> hats) {
        if (hats.isEmpty()) return Optional.empty();
        return Optional.of(Element.of(NS, "hats").with(hats.stream().map(hat -> {
            var e = Element.of(NS, "hat").with("title", hat.title()).with("uri", hat.uri());
            return hat.hue().isEmpty() ? e : e.with("hue", hat.hue());
        }).toList()));
    }

    /** §2: changes whenever the hats of the room do. */
    public static String hash(Collection<Hat> hats) {
        try {
            var digest = MessageDigest.getInstance("SHA-1");
            for (Hat hat : hats) for (String part : List.of(hat.uri(), hat.title(), hat.hue()))
                digest.update((part + '\0').getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    // ---- forms to fill in

    public static Element create() {
        return form("Creating a hat", field(TITLE, "text-single", "Title").with(required()),
                field(URI, "text-single", "URI").with(required()), field(HUE, "text-single", "Hue, in degrees"));
    }

    public static Element destroy(Collection<Hat> hats) { return form("Destroying a hat", choice(hats)); }

    /** @param title for people */
    public static Element assign(String title, Collection<Hat> hats) {
        return form(title, field(JID, "jid-single", "Address of the user").with(required()), choice(hats));
    }

    private static Element form(String title, Element... fields) {
        return Element.of(DataForm.NS, "x").with("type", "form").with(Element.of(DataForm.NS, "title").withText(title),
                DataForm.field("FORM_TYPE", "hidden").with(DataForm.value(COMMANDS))).with(fields);
    }

    private static Element field(String name, String type, String label) {
        return DataForm.field(name, type).with("label", label);
    }

    private static Element required() { return Element.of(DataForm.NS, "required"); }

    private static Element choice(Collection<Hat> hats) {
        return field(URI, "list-single", "Hat").with(hats.stream().map(
                hat -> Element.of(DataForm.NS, "option").with("label", hat.title()).with(DataForm.value(hat.uri())))
                .toList());
    }

    // ---- forms that are filled in

    /** The hat that somebody wants to be there. */
    public static Hat hat(DataForm form) {
        var title = form.first(TITLE).map(String::strip).orElse("");
        if (title.isEmpty() || title.length() > LONGEST_TITLE)
            throw bad("a title has from 1 to " + LONGEST_TITLE + " characters");
        var hue = form.first(HUE).map(String::strip).orElse("");
        if (!hue.matches("(|[0-9]{1,3}(\\.[0-9]{1,9})?)") || !hue.isEmpty() && Double.parseDouble(hue) > 360)
            throw bad("a hue is an angle from 0 to 360");
        return new Hat(uri(form), title, hue);
    }

    /** Of which hat a form is. */
    public static String uri(DataForm form) {
        var uri = form.first(URI).map(String::strip).orElse("");
        if (!uri.matches("[A-Za-z][A-Za-z0-9+.-]*:\\S+") || uri.length() > LONGEST_URI)
            throw bad("a hat is named by a URI of at most " + LONGEST_URI + " characters");
        return uri;
    }

    /** Whom a form is about, bare. */
    public static Jid user(DataForm form) {
        return MucXml.address(form.first(JID).map(String::strip).orElseThrow(() -> bad("whose hat?"))).bare();
    }

    private static StanzaException bad(String why) { return new StanzaException(Condition.BAD_REQUEST.because(why)); }

    // ---- lists

    public static Element list(Hats hats) {
        return result("Hats", List.of(TITLE, URI, HUE)).with(hats.all().stream()
                .map(hat -> item(value(TITLE, hat.title()), value(URI, hat.uri()), value(HUE, hat.hue()))).toList());
    }

    public static Element assigned(Hats hats) {
        return result("Hats and who wears them", List.of(JID, URI, TITLE, HUE)).with(hats.all().stream()
                .flatMap(hat -> hats.wearers(hat.uri()).stream().sorted(java.util.Comparator.comparing(Jid::toString))
                        .map(who -> item(value(JID, who.toString()), value(URI, hat.uri()), value(TITLE, hat.title()),
                                value(HUE, hat.hue()))))
                .toList());
    }

    private static Element result(String title, List<String> columns) {
        return Element.of(DataForm.NS, "x").with("type", "result").with(
                Element.of(DataForm.NS, "title").withText(title),
                DataForm.field("FORM_TYPE", "hidden").with(DataForm.value(COMMANDS)),
                Element.of(DataForm.NS, "reported")
                        .with(columns.stream().map(c -> Element.of(DataForm.NS, "field").with("var", c)).toList()));
    }

    private static Element value(String field, String value) {
        return Element.of(DataForm.NS, "field").with("var", field).with(DataForm.value(value));
    }

    private static Element item(Element... fields) { return Element.of(DataForm.NS, "item").with(fields); }
}
