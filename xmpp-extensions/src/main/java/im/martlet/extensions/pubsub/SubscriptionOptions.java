package im.martlet.extensions.pubsub;

import im.martlet.form.DataForm;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.xml.Element;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * The options of a subscription (XEP-0060 §6.3, §16.4.2). Pure.
 *
 * @param deliver whether the subscriber gets notifications
 * @param expires the end of the subscription, if it has one (§12.18)
 */
record SubscriptionOptions(boolean deliver, Optional<Instant> expires) {
    static final String FORM = PubSubXml.NS + "#subscribe_options";
    static final SubscriptionOptions STANDARD = new SubscriptionOptions(true, Optional.empty());
    private static final String DELIVER = "pubsub#deliver";
    private static final String EXPIRE = "pubsub#expire";
    private static final String PRESENCE = "presence"; // the end of presence, which a service does not know

    static SubscriptionOptions read(String written) {
        if (written.isEmpty()) return STANDARD;
        var parts = written.split(" ");
        return new SubscriptionOptions(parts[0].equals("true"),
                parts.length > 1 ? Optional.of(Instant.parse(parts[1])) : Optional.empty());
    }

    String write() { return equals(STANDARD) ? "" : deliver + expires.map(at -> " " + at).orElse(""); }

    static boolean delivers(String written, Instant now) {
        var options = read(written);
        return options.deliver && options.expires.filter(at -> !at.isAfter(now)).isEmpty();
    }

    static boolean isOver(String written, Instant now) {
        return read(written).expires.filter(at -> !at.isAfter(now)).isPresent();
    }

    Element form() {
        return DataForm.blank(FORM,
                DataForm.field(DELIVER, "boolean").with("label", "Enable delivery?")
                        .with(DataForm.value(String.valueOf(deliver))),
                expires.map(at -> DataForm.field(EXPIRE, "text-single").with("label", "The end of the subscription")
                        .with(DataForm.value(at.toString())))
                        .orElseGet(() -> DataForm.field(EXPIRE, "text-single").with("label",
                                "The end of the subscription")));
    }

    /** Returns the form that tells a new subscriber the options (§6.3.7). */
    Element result() {
        var x = Element.of(DataForm.NS, "x").with("type", "result").with(
                DataForm.field("FORM_TYPE", "hidden").with(DataForm.value(FORM)),
                Element.of(DataForm.NS, "field").with("var", DELIVER).with(DataForm.value(String.valueOf(deliver))));
        return expires.map(
                at -> x.with(Element.of(DataForm.NS, "field").with("var", EXPIRE).with(DataForm.value(at.toString()))))
                .orElse(x);
    }

    /** Applies a form. Rejects options that the server does not support (§6.3.6.2). */
    SubscriptionOptions apply(DataForm form) {
        var options = this;
        for (String name : form.names()) options = switch (name) {
            case DELIVER -> new SubscriptionOptions(bool(form.first(name).orElse("")), options.expires);
            case EXPIRE -> new SubscriptionOptions(options.deliver,
                    form.first(name).filter(t -> !t.isBlank()).map(SubscriptionOptions::time));
            default -> throw invalid("the option '" + name + "' is not supported");
        };
        return options;
    }

    private static boolean bool(String value) {
        return switch (value) {
            case "1", "true" -> true;
            case "0", "false" -> false;
            default -> throw invalid("'deliver' must be true or false");
        };
    }

    private static Instant time(String text) {
        try {
            if (!text.equals(PRESENCE)) return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
        } // rejected below
        throw invalid("'expire' must be a time such as 2026-11-24T12:00:00Z");
    }

    private static StanzaException invalid(String reason) {
        return new StanzaException(
                Condition.BAD_REQUEST.because(reason).with(Element.of(PubSubXml.ERRORS, "invalid-options")));
    }
}
