package im.martlet.extensions.pubsub;

import im.martlet.extensions.pubsub.rules.AccessDecision;
import im.martlet.stanza.StanzaError;
import im.martlet.stanza.StanzaError.Condition;
import im.martlet.stanza.StanzaException;
import im.martlet.xml.Element;

/** The errors of XEP-0060 §6-§8, with their own conditions. Pure. */
final class PubSubErrors {
    private PubSubErrors() {}

    static StanzaException because(Condition condition, String specific) {
        return new StanzaException(condition.plain().with(Element.of(PubSubXml.ERRORS, specific)));
    }

    static StanzaException unsupported(String feature) {
        return new StanzaException(Condition.FEATURE_NOT_IMPLEMENTED.plain()
                .with(Element.of(PubSubXml.ERRORS, "unsupported").with("feature", feature)));
    }

    static StanzaException nodeRequired() { return because(Condition.BAD_REQUEST, "nodeid-required"); }

    static StanzaException noSuchNode() { return new StanzaException(Condition.ITEM_NOT_FOUND.plain()); }

    static StanzaException tooMuch(String reason) {
        return new StanzaException(Condition.RESOURCE_CONSTRAINT.because(reason).as(StanzaError.Type.CANCEL));
    }

    /** @param decision any decision except YES */
    static StanzaException of(AccessDecision decision) {
        return switch (decision) {
            case PRESENCE_SUBSCRIPTION_REQUIRED -> because(Condition.NOT_AUTHORIZED, "presence-subscription-required");
            case NOT_IN_ROSTER_GROUP -> because(Condition.NOT_AUTHORIZED, "not-in-roster-group");
            case NOT_SUBSCRIBED -> because(Condition.NOT_AUTHORIZED, "not-subscribed");
            case CLOSED_NODE -> because(Condition.NOT_ALLOWED, "closed-node");
            case FORBIDDEN, WHEN_APPROVED, YES -> new StanzaException(Condition.FORBIDDEN.plain());
        };
    }
}
