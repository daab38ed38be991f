package im.martlet.extensions.pubsub.rules;

import im.martlet.address.Jid;
import im.martlet.address.JidException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** A setting of a node (XEP-0060 §16.4.4), with its default value. */
public enum NodeConfigField {
    TITLE(Kind.TEXT, "A short name for the node", ""),
    DESCRIPTION(Kind.TEXT, "A description of the node", ""),
    LANGUAGE(Kind.TEXT, "The default language of the node", ""),
    TYPE(Kind.TEXT, "The type of node data, usually specified by the namespace of the payload", ""),
    CONTACT(Kind.ADDRESSES, "The JIDs of those to contact with questions"),
    ACCESS_MODEL(Kind.choice("open", "presence", "roster", "authorize", "whitelist"),
            "Who may subscribe and retrieve items", "open"),
    ROSTER_GROUPS_ALLOWED(Kind.TEXTS, "The roster group(s) allowed to subscribe and retrieve items"),
    PUBLISH_MODEL(Kind.choice("publishers", "subscribers", "open"), "Who may publish items", "publishers"),
    PERSIST_ITEMS(Kind.YES_OR_NO, "Persist items to storage", "true"),
    MAX_ITEMS(Kind.NUMBER_OR_MAX, "The maximum number of items to persist", "max"),
    PUBLISH_NODE_FULL(Kind.choice("retract-oldest", "discard-oldest", "reject"),
            "What happens when a publication exceeds that number", "retract-oldest"),
    ITEM_EXPIRE(Kind.NUMBER_OR_MAX, "Number of seconds after which to automatically purge items", "max"),
    MAX_PAYLOAD_SIZE(Kind.NUMBER, "The maximum payload size in bytes", "262144"),
    DELIVER_NOTIFICATIONS(Kind.YES_OR_NO, "Deliver event notifications", "true"),
    DELIVER_PAYLOADS(Kind.YES_OR_NO, "Deliver payloads with event notifications", "true"),
    PRESENCE_BASED_DELIVERY(Kind.YES_OR_NO, "Deliver event notifications only to available users", "false"),
    NOTIFICATION_TYPE(Kind.choice("headline", "normal", "chat"), "The message type of event notifications", "headline"),
    NOTIFY_CONFIG(Kind.YES_OR_NO, "Notify subscribers when the node configuration changes", "false"),
    NOTIFY_DELETE(Kind.YES_OR_NO, "Notify subscribers when the node is deleted", "true"),
    NOTIFY_RETRACT(Kind.YES_OR_NO, "Notify subscribers when items are removed from the node", "true"),
    NOTIFY_SUB(Kind.YES_OR_NO, "Notify owners about new subscribers and unsubscribes", "false"),
    SEND_LAST_PUBLISHED_ITEM(Kind.choice("never", "on_sub", "on_sub_and_presence"),
            "When to send the last published item", "on_sub_and_presence"),
    ITEMREPLY(Kind.choice("owner", "publisher", "none"), "Whether entities should reply to the publisher or the owner",
            "owner"),
    SUBSCRIBE(Kind.YES_OR_NO, "Whether to allow subscriptions", "true");

    /** The values that a field can have, and their type in a form (XEP-0004 §3.3). */
    public sealed interface Kind {
        Kind TEXT = new Free("text-single");
        Kind TEXTS = new Free("text-multi");
        Kind ADDRESSES = new Free("jid-multi");
        Kind YES_OR_NO = new Free("boolean");
        Kind NUMBER = new Free("text-single");
        Kind NUMBER_OR_MAX = new Free("text-single");

        record Free(String type) implements Kind {
            @Override public boolean equals(Object o) { return this == o; } // different kinds may have the same type

            @Override public int hashCode() { return System.identityHashCode(this); }
        }

        record Choice(List<String> options) implements Kind {
            @Override public String type() { return "list-single"; }
        }

        String type();

        private static Kind choice(String... options) { return new Choice(List.of(options)); }
    }

    private static final String PREFIX = "pubsub#";
    private static final int LONGEST = 1023;
    private static final int MOST_VALUES = 100;

    private final Kind kind;
    private final String label;
    private final List<String> standard;

    NodeConfigField(Kind kind, String label, String... standard) {
        this.kind = kind;
        this.label = label;
        this.standard = List.of(standard);
    }

    /** Returns the name of the field in forms, such as {@code pubsub#title}. */
    public String var() {
        return PREFIX + name().toLowerCase(Locale.ROOT);
    }

    public static Optional<NodeConfigField> of(String var) {
        if (var.equals(PREFIX + "publish_full_node")) return Optional.of(PUBLISH_NODE_FULL); // §7.1.3.4 calls it so
        return Stream.of(values()).filter(f -> f.var().equals(var)).findFirst();
    }

    public Kind kind() { return kind; }

    /** Returns a description for users, in English. */
    public String label() { return label; }

    public List<String> standard() { return standard; }

    /** Returns the values in their stored form; empty if the field cannot have them. */
    Optional<List<String>> read(List<String> values) {
        if (values.size() > MOST_VALUES || values.stream().anyMatch(v -> v.length() > LONGEST)) return Optional.empty();
        if (kind == Kind.TEXTS) return Optional.of(values.stream().filter(v -> !v.isEmpty()).toList());
        if (kind == Kind.ADDRESSES) return addresses(values);
        if (values.size() > 1) return Optional.empty();
        var value = values.isEmpty() ? "" : values.getFirst();
        if (kind == Kind.TEXT) return Optional.of(List.of(value));
        return one(value.strip()).map(List::of);
    }

    private Optional<String> one(String value) {
        if (kind instanceof Kind.Choice(var options)) return Optional.of(value).filter(options::contains);
        if (kind == Kind.YES_OR_NO) return switch (value) {
            case "1", "true" -> Optional.of("true");
            case "0", "false" -> Optional.of("false");
            default -> Optional.empty();
        };
        if (kind == Kind.NUMBER_OR_MAX && (value.equals("max") || value.isEmpty())) return Optional.of("max");
        if (value.isEmpty() || value.length() > 18 || !value.chars().allMatch(c -> c >= '0' && c <= '9'))
            return Optional.empty();
        return Optional.of(String.valueOf(Long.parseLong(value)));
    }

    private static Optional<List<String>> addresses(List<String> values) {
        try {
            return Optional
                    .of(values.stream().filter(v -> !v.isBlank()).map(v -> Jid.parse(v.strip()).toString()).toList());
        } catch (JidException e) {
            return Optional.empty();
        }
    }
}
