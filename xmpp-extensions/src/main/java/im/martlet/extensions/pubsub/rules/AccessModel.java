package im.martlet.extensions.pubsub.rules;

/** The entities that may subscribe to a node and retrieve its items (XEP-0060 §4.5). */
public enum AccessModel {
    OPEN, PRESENCE, ROSTER, AUTHORIZE, WHITELIST
}
