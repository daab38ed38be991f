package im.martlet.extensions.pubsub.rules;

/** The entities that may publish in addition to owners and publishers (XEP-0060 §16.4.4). */
public enum PublishModel {
    PUBLISHERS, SUBSCRIBERS, OPEN
}
