package im.martlet.extensions.pubsub.rules;

/** Whether somebody may do something, and if not, why (XEP-0060 §6.1.3, §6.5.9, §7.1.3, §8). */
public enum AccessDecision {
    YES,
    /** They may when an owner has approved it (§6.1.4). */
    WHEN_APPROVED,
    FORBIDDEN, PRESENCE_SUBSCRIPTION_REQUIRED, NOT_IN_ROSTER_GROUP, NOT_SUBSCRIBED, CLOSED_NODE
}
