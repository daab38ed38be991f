package im.martlet.extensions.pubsub.rules;

/** Whether an entity may perform an operation, and the reason if not (XEP-0060 §6.1.3, §6.5.9, §7.1.3, §8). */
public enum AccessDecision {
    YES,
    /** Allowed after an owner approves it (§6.1.4). */
    WHEN_APPROVED,
    FORBIDDEN, PRESENCE_SUBSCRIPTION_REQUIRED, NOT_IN_ROSTER_GROUP, NOT_SUBSCRIBED, CLOSED_NODE
}
