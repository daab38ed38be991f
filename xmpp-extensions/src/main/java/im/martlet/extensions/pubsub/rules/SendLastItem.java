package im.martlet.extensions.pubsub.rules;

/** The times at which an entity gets the last item without a request (XEP-0060 §16.4.4). */
public enum SendLastItem {
    NEVER, ON_SUB, ON_SUB_AND_PRESENCE
}
