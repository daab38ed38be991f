package im.martlet.extensions.contact;

import static im.martlet.extension.Hook.infoForm;

import im.martlet.config.Default;
import im.martlet.config.Reloadable;
import im.martlet.extension.Extension;
import im.martlet.extension.Hook;
import im.martlet.spec.Xep;
import im.martlet.xml.Element;
import im.martlet.xml.Namespaces;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** XEP-0157: publishes contact addresses as a form in the server's disco#info (XEP-0128). */
@Xep(number = 157, title = "Contact Addresses for XMPP Services", version = "1.1.1")
public final class ContactAddresses implements Extension {

    /** The section {@code [contact]}: for each purpose URIs, such as {@code mailto:} or {@code xmpp:}. */
    public record Settings(@Reloadable @Default("[]") List<String> abuse, @Reloadable @Default("[]") List<String> admin,
            @Reloadable @Default("[]") List<String> feedback,
            @Reloadable @Default("[]") List<String> sales, @Reloadable @Default("[]") List<String> security,
            @Reloadable @Default("[]") List<String> status,
            @Reloadable @Default("[]") List<String> support) {}

    private final Supplier<Settings> current;

    @Inject ContactAddresses(Supplier<Settings> current) { this.current = current; }

    @Override public List<Hook> hooks() { return List.of(infoForm(_ -> form(current.get()))); }

    private static Optional<Element> form(Settings settings) {
        var form = Element.of(Namespaces.DATA_FORM, "x").with("type", "result")
                .with(field("FORM_TYPE", List.of(Namespaces.SERVER_INFO_FORM)).with("type", "hidden"));
        form = add(form, "abuse", settings.abuse());
        form = add(form, "admin", settings.admin());
        form = add(form, "feedback", settings.feedback());
        form = add(form, "sales", settings.sales());
        form = add(form, "security", settings.security());
        form = add(form, "status", settings.status());
        form = add(form, "support", settings.support());
        return Optional.of(form).filter(f -> f.children().size() > 1);
    }

    private static Element add(Element form, String purpose, List<String> addresses) {
        return addresses.isEmpty() ? form : form.with(field(purpose + "-addresses", addresses));
    }

    private static Element field(String name, List<String> values) {
        return Element.of(Namespaces.DATA_FORM, "field").with("var", name)
                .with(values.stream().map(v -> Element.of(Namespaces.DATA_FORM, "value").withText(v)).toList());
    }
}
