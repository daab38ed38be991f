package im.martlet.extensions.push;

import im.martlet.form.DataForm;
import im.martlet.xml.Element;
import java.time.Duration;
import java.util.Optional;

/**
 * A notification as push services get it (XEP-0357 §7). Pure.
 *
 * @param call whether it announces a call, and is useless later
 * @param count the number of waiting messages, at least 1
 * @param sender the sender of the last message; empty if the push service must not know it
 * @param body the text of the last message; empty if the push service must not know it
 */
public record Notification(boolean call, int count, Optional<String> sender, Optional<String> body) {
    public static final String NS = "urn:xmpp:push:0";
    /** The namespace of our additions: the urgency, and the registration of devices at the gateway. */
    public static final String OWN = "urn:martlet:push:0";
    /** The age after which nobody waits for an answer to a call. */
    static final Duration CALL_LIFETIME = Duration.ofSeconds(60);
    private static final String SUMMARY = "urn:xmpp:push:summary";
    private static final String COUNT = "message-count";
    private static final String SENDER = "last-message-sender";
    private static final String BODY = "last-message-body";

    /** Returns the payload that is published. */
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

    /** Reads a notification of any server. Uses defaults for missing values. */
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
