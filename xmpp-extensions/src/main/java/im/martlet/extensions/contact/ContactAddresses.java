package im.martlet.extensions.contact;

import static im.martlet.extension.Hook.infoForm;

import im.martlet.config.Default;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.extension.Xep;
import im.martlet.xml.Element;
import jakarta.inject.Inject;
import java.util.List;

/** XEP-0157: whom to write to about this server, as a form in its disco#info (XEP-0128). */
@Xep(number = 157, title = "Contact Addresses for XMPP Services", version = "1.1.1")
@Xep(number = 128, title = "Service Discovery Extensions", version = "1.0.1")
public final class ContactAddresses implements Extension {
    private static final String FORMS = "jabber:x:data";

    /** URIs, such as {@code mailto:} or {@code xmpp:}. */
    public record Settings(@Default("[]") List<String> abuse, @Default("[]") List<String> admin, @Default("[]") List<String> feedback,
                           @Default("[]") List<String> sales, @Default("[]") List<String> security, @Default("[]") List<String> status,
                           @Default("[]") List<String> support) {}

    private final Settings settings;

    @Inject ContactAddresses(Settings settings) { this.settings = settings; }

    @Override public List<Hook> hooks() {
        var form = form();
        return form.children().size() == 1 ? List.of() : List.of(infoForm(_ -> form));
    }

    private Element form() {
        var form = Element.of(FORMS, "x").with("type", "result")
                .with(field("FORM_TYPE", List.of("http://jabber.org/network/serverinfo")).with("type", "hidden"));
        form = add(form, "abuse", settings.abuse());
        form = add(form, "admin", settings.admin());
        form = add(form, "feedback", settings.feedback());
        form = add(form, "sales", settings.sales());
        form = add(form, "security", settings.security());
        form = add(form, "status", settings.status());
        return add(form, "support", settings.support());
    }

    private static Element add(Element form, String what, List<String> addresses) {
        return addresses.isEmpty() ? form : form.with(field(what + "-addresses", addresses));
    }

    private static Element field(String name, List<String> values) {
        return Element.of(FORMS, "field").with("var", name).with(values.stream().map(v -> Element.of(FORMS, "value").withText(v)).toList());
    }
}
