package im.martlet.extensions.muc.hats;

import im.martlet.address.Jid;
import im.martlet.digest.Sha;
import im.martlet.extensions.muc.hats.Hats.Hat;
import im.martlet.extensions.muc.wire.MucXml;
import im.martlet.form.DataForm;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.xml.Element;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Reads and writes hats: in presence, and in the forms of the commands (XEP-0317 §3). */
final class HatForms {
    static final String NS = "urn:xmpp:hats:0";
    static final String COMMANDS = "urn:xmpp:hats:commands";
    private static final String TITLE = "hats#title";
    private static final String URI = "hats#uri";
    private static final String HUE = "hats#hue";
    private static final String JID = "hats#jid";
    private static final int MAX_TITLE = 100; // characters
    private static final int MAX_URI = 500; // characters

    private HatForms() {}

    /** Returns the element for the presence of a user with these hats; empty when there are none. */
    static Optional<Element> worn(List<Hat> hats) {
        if (hats.isEmpty()) return Optional.empty();
        return Optional.of(Element.of(NS, "hats").with(hats.stream().map(hat -> {
            var e = Element.of(NS, "hat").with("title", hat.title()).with("uri", hat.uri());
            return hat.hue().isEmpty() ? e : e.with("hue", hat.hue());
        }).toList()));
    }

    /** Returns a hash that changes whenever the hats of the room change (§2); empty when there are none. */
    static Optional<String> hash(Collection<Hat> hats) {
        if (hats.isEmpty()) return Optional.empty();
        var text = new StringBuilder();
        for (Hat hat : hats)
            for (String part : List.of(hat.uri(), hat.title(), hat.hue())) text.append(part).append('\0');
        return Optional.of(Sha.SHA_1.hex(text.toString()));
    }

    // ---- blank forms

    static Element create() {
        return form("Creating a hat", field(TITLE, "text-single", "Title").with(required()),
                field(URI, "text-single", "URI").with(required()), field(HUE, "text-single", "Hue, in degrees"));
    }

    static Element destroy(Collection<Hat> hats) { return form("Destroying a hat", choice(hats)); }

    /** @param title the title of the form, for people */
    static Element assign(String title, Collection<Hat> hats) {
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

    // ---- submitted forms

    /** Returns the hat that the form describes. */
    static Hat hat(DataForm form) {
        var title = form.first(TITLE).map(String::strip).orElse("");
        if (title.isEmpty() || title.length() > MAX_TITLE)
            throw bad("the title of a hat must have from 1 to " + MAX_TITLE + " characters");
        var hue = form.first(HUE).map(String::strip).orElse("");
        if (!hue.matches("(|[0-9]{1,3}(\\.[0-9]{1,9})?)") || !hue.isEmpty() && Double.parseDouble(hue) > 360)
            throw bad("the hue of a hat must be an angle from 0 to 360");
        return new Hat(uri(form), title, hue);
    }

    /** Returns the URI of the hat in the form. */
    static String uri(DataForm form) {
        var uri = form.first(URI).map(String::strip).orElse("");
        if (!uri.matches("[A-Za-z][A-Za-z0-9+.-]*:\\S+") || uri.length() > MAX_URI)
            throw bad("the form must name a hat by a URI of at most " + MAX_URI + " characters");
        return uri;
    }

    /** Returns the bare address of the user in the form. */
    static Jid user(DataForm form) {
        return MucXml.address(form.first(JID).map(String::strip)
                .orElseThrow(() -> bad("the form must have the address of the user in '" + JID + "'"))).bare();
    }

    private static StanzaException bad(String reason) {
        return new StanzaException(Condition.BAD_REQUEST.because(reason));
    }

    // ---- lists

    static Element list(Hats hats) {
        return result("Hats", List.of(TITLE, URI, HUE)).with(hats.all().stream()
                .map(hat -> item(value(TITLE, hat.title()), value(URI, hat.uri()), value(HUE, hat.hue()))).toList());
    }

    static Element assigned(Hats hats) {
        return result("Hats and their wearers", List.of(JID, URI, TITLE, HUE)).with(hats.all().stream()
                .flatMap(hat -> hats.wearers(hat.uri()).stream().sorted(Comparator.comparing(Jid::toString))
                        .map(user -> item(value(JID, user.toString()), value(URI, hat.uri()), value(TITLE, hat.title()),
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
