package im.martlet.extensions.push;

import im.martlet.form.DataForm;
import im.martlet.xml.Element;
import java.util.Optional;

/**
 * What a service is told (XEP-0357 §7). Pure.
 *
 * @param call whether somebody calls, and it is of no use later
 * @param count messages that wait, at least 1
 * @param sender who has written last; empty when it is withheld
 * @param body what; empty when it is withheld
 */
public record Notification(boolean call, int count, Optional<String> sender, Optional<String> body) {
    public static final String NS = "urn:xmpp:push:0";
    /** What is ours: how urgent it is, and how devices are registered at the gateway. */
    public static final String OWN = "urn:martlet:push:0";
    private static final String SUMMARY = "urn:xmpp:push:summary";
    private static final String COUNT = "message-count";
    private static final String SENDER = "last-message-sender";
    private static final String BODY = "last-message-body";

    /** As it is published. */
    public Element toElement() {
        var form = Element.of(DataForm.NS, "x").with("type", "form")
                .with(DataForm.field("FORM_TYPE", "hidden").with(DataForm.value(SUMMARY)))
                .with(DataForm.field(COUNT, "text-single").with(DataForm.value(String.valueOf(count))));
        if (sender.isPresent())
            form = form.with(DataForm.field(SENDER, "jid-single").with(DataForm.value(sender.get())));
        if (body.isPresent()) form = form.with(DataForm.field(BODY, "text-single").with(DataForm.value(body.get())));
        var notification = Element.of(NS, "notification").with(form);
        return call ? notification.with(Element.of(OWN, "urgency").withText("high")) : notification;
    }

    /** Reads one, of whatever server; what it does not say is taken to be as usual. */
    public static Notification read(Element notification) {
        var form = notification.child(DataForm.NS, "x");
        boolean call = notification.child(OWN, "urgency").filter(u -> u.text().equals("high")).isPresent();
        return new Notification(call, form.flatMap(f -> value(f, COUNT)).map(Notification::number).orElse(1),
                form.flatMap(f -> value(f, SENDER)), form.flatMap(f -> value(f, BODY)));
    }

    private static Optional<String> value(Element form, String field) {
        return form.children().stream()
                .filter(f -> f.is(DataForm.NS, "field") && f.attribute("var").filter(field::equals).isPresent())
                .findFirst().flatMap(f -> f.childText("value"));
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return 1;
        }
    }
}
