package im.martlet.stanza;

import im.martlet.xml.Element;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A stanza error (RFC 6120 §8.3).
 *
 * @param text the reason, in English, for readers of logs; empty if the condition is enough
 * @param specific application-specific conditions
 */
public record StanzaError(Type type, Condition condition, String text, List<Element> specific) {
    public static final String NS = "urn:ietf:params:xml:ns:xmpp-stanzas";

    public enum Type { AUTH, CANCEL, CONTINUE, MODIFY, WAIT }

    /** The defined conditions (RFC 6120 §8.3.3), each with the type it usually has. */
    public enum Condition {
        BAD_REQUEST(Type.MODIFY), CONFLICT(Type.CANCEL), FEATURE_NOT_IMPLEMENTED(Type.CANCEL), FORBIDDEN(Type.AUTH),
        GONE(Type.CANCEL), INTERNAL_SERVER_ERROR(Type.CANCEL), ITEM_NOT_FOUND(Type.CANCEL), JID_MALFORMED(Type.MODIFY),
        NOT_ACCEPTABLE(Type.MODIFY), NOT_ALLOWED(Type.CANCEL), NOT_AUTHORIZED(Type.AUTH), POLICY_VIOLATION(Type.MODIFY),
        RECIPIENT_UNAVAILABLE(Type.WAIT), REDIRECT(Type.MODIFY), REGISTRATION_REQUIRED(Type.AUTH),
        REMOTE_SERVER_NOT_FOUND(Type.CANCEL), REMOTE_SERVER_TIMEOUT(Type.WAIT), RESOURCE_CONSTRAINT(Type.WAIT),
        SERVICE_UNAVAILABLE(Type.CANCEL), SUBSCRIPTION_REQUIRED(Type.AUTH), UNDEFINED_CONDITION(Type.CANCEL),
        UNEXPECTED_REQUEST(Type.WAIT);

        private final Type usual;
        private final String elementName = name().toLowerCase(Locale.ROOT).replace('_', '-');

        Condition(Type usual) { this.usual = usual; }

        /** Returns an error of this condition with a reason. */
        public StanzaError because(String text) {
            return new StanzaError(usual, this, text, List.of());
        }

        /** Returns the element of the condition, without the error around it. */
        public Element toElement() {
            return Element.of(NS, elementName);
        }

        /** Returns an error of this condition without a text. */
        public StanzaError plain() { return because(""); }
    }

    /**
     * Returns the condition that an error stanza carries, by the name of its element, such as {@code item-not-found};
     * empty if the stanza carries none.
     */
    public static Optional<String> conditionIn(Stanza error) {
        return error.child(Stanza.CLIENT, "error").flatMap(StanzaError::conditionIn);
    }

    /** Returns the condition that an error element carries, see {@link #conditionIn(Stanza)}. */
    public static Optional<String> conditionIn(Element error) {
        return error.children().stream().filter(e -> e.namespace().equals(NS) && !e.name().equals("text")).findFirst()
                .map(Element::name);
    }

    public StanzaError as(Type type) { return new StanzaError(type, condition, text, specific); }

    public StanzaError with(Element condition) {
        return new StanzaError(type, this.condition, text,
                Stream.concat(specific.stream(), Stream.of(condition)).toList());
    }

    public Element toElement() {
        var error = Element.of(Stanza.CLIENT, "error").with("type", type.name().toLowerCase(Locale.ROOT))
                .with(Element.of(NS, condition.elementName));
        // the code is obsolete, but without it Profanity never publishes its first OMEMO key
        if (condition == Condition.ITEM_NOT_FOUND) error = error.with("code", "404");
        if (!text.isEmpty()) error = error.with(Element.of(NS, "text").with(Element.XML_LANG, "en").withText(text));
        return error.with(specific);
    }
}
