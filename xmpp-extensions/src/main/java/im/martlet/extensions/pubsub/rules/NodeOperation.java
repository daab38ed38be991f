package im.martlet.extensions.pubsub.rules;

/** What somebody can want to do with a node that exists (XEP-0060 §4.1). */
public enum NodeOperation {
    SUBSCRIBE, RETRIEVE, PUBLISH,
    /** Take away an item that one has published. */
    RETRACT_OWN,
    /** Take away an item of somebody else. */
    RETRACT_OTHERS,
    PURGE, CONFIGURE, DELETE,
    /** See and change who is affiliated and subscribed. */
    ADMINISTER
}
