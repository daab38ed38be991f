package im.martlet.extensions.pubsub.rules;

/** The operations on an existing node (XEP-0060 §4.1). */
public enum NodeOperation {
    SUBSCRIBE, RETRIEVE, PUBLISH,
    /** Retract an item that the requester published. */
    RETRACT_OWN,
    /** Retract an item that another entity published. */
    RETRACT_OTHERS,
    PURGE, CONFIGURE, DELETE,
    /** See and change affiliations and subscriptions. */
    ADMINISTER
}
