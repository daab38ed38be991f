package im.martlet.extensions.pubsub.rules;

/** Who may publish, over and above owners and publishers (XEP-0060 §16.4.4). */
public enum PublishModel {
    PUBLISHERS, SUBSCRIBERS, OPEN
}
