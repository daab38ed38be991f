package im.martlet.extensions.pubsub.rules;

/** When somebody is sent the item that was published last, without asking (XEP-0060 §16.4.4). */
public enum SendLastItem {
    NEVER, ON_SUB, ON_SUB_AND_PRESENCE
}
