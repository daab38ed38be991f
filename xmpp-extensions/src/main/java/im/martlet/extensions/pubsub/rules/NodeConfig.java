package im.martlet.extensions.pubsub.rules;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The configuration of a node. Immutable. A setting that was not changed has the default of its
 * {@link NodeConfigField}.
 */
public final class NodeConfig {
    /** The configuration in which each setting has its default. */
    public static final NodeConfig STANDARD = new NodeConfig(Map.of());
    /** A number of seconds beyond which items never expire: a hundred years. */
    private static final long FOREVER = 100L * 366 * 24 * 3600;

    private final Map<NodeConfigField, List<String>> changed;

    private NodeConfig(Map<NodeConfigField, List<String>> changed) { this.changed = changed; }

    public List<String> all(NodeConfigField field) { return changed.getOrDefault(field, field.standard()); }

    /** Returns the first value of a field; empty if it has none. */
    public String get(NodeConfigField field) {
        var values = all(field);
        return values.isEmpty() ? "" : values.getFirst();
    }

    public boolean is(NodeConfigField field) { return get(field).equals("true"); }

    public AccessModel access() { return AccessModel.valueOf(constant(NodeConfigField.ACCESS_MODEL)); }

    public PublishModel publishing() { return PublishModel.valueOf(constant(NodeConfigField.PUBLISH_MODEL)); }

    public SendLastItem sendLast() { return SendLastItem.valueOf(constant(NodeConfigField.SEND_LAST_PUBLISHED_ITEM)); }

    private String constant(NodeConfigField field) { return get(field).toUpperCase(Locale.ROOT); }

    /** Returns the message type of notifications. The server never stores a headline for later (XEP-0060 §12.7). */
    public String notificationType() {
        return is(NodeConfigField.PRESENCE_BASED_DELIVERY) ? "headline" : get(NodeConfigField.NOTIFICATION_TYPE);
    }

    /** Returns the roster groups that have access. */
    public Set<String> groups() {
        return new HashSet<>(all(NodeConfigField.ROSTER_GROUPS_ALLOWED));
    }

    /** Returns the number of items that the node keeps: the configured number, but at most the limit. */
    public int keep(int most) {
        return (int) Math.min(number(NodeConfigField.MAX_ITEMS, most), most);
    }

    /** Returns the age at which items expire; empty if they never do. */
    public Optional<Duration> expiry() {
        long seconds = number(NodeConfigField.ITEM_EXPIRE, 0);
        return seconds == 0 || seconds > FOREVER ? Optional.empty() : Optional.of(Duration.ofSeconds(seconds));
    }

    /** Returns the largest size of an item's payload in bytes. */
    public long payload() {
        return number(NodeConfigField.MAX_PAYLOAD_SIZE, Long.MAX_VALUE);
    }

    private long number(NodeConfigField field, long max) {
        var value = get(field);
        return value.equals("max") ? max : Long.parseLong(value);
    }

    /**
     * Returns this configuration with another value. Throws an exception if the field cannot have it, which is a bug.
     */
    public NodeConfig with(NodeConfigField field, String... values) {
        return with(field, List.of(values))
                .orElseThrow(() -> new IllegalArgumentException(field + " cannot be " + List.of(values)));
    }

    /** Returns this configuration with other values; empty if the field cannot have them. */
    public Optional<NodeConfig> with(NodeConfigField field, List<String> values) {
        return field.read(values).map(read -> {
            var all = new EnumMap<NodeConfigField, List<String>>(NodeConfigField.class);
            all.putAll(changed);
            if (read.equals(field.standard())) all.remove(field);
            else all.put(field, read);
            return new NodeConfig(Collections.unmodifiableMap(all));
        });
    }

    /** Returns whether a field has these values, in any notation. */
    public boolean has(NodeConfigField field, List<String> values) {
        return field.read(values).filter(
                read -> field.kind() == NodeConfigField.Kind.TEXTS || field.kind() == NodeConfigField.Kind.ADDRESSES
                        ? Set.copyOf(read).equals(Set.copyOf(all(field))) : read.equals(all(field)))
                .isPresent();
    }

    // ---- stored form: a line for each value that is not the default; an empty list is a line without "="

    public String write() {
        var lines = new ArrayList<String>();
        changed.forEach((field, values) -> {
            if (values.isEmpty()) lines.add(field.name());
            for (String value : values)
                lines.add(field.name() + "=" + value.replace("\\", "\\\\").replace("\n", "\\n"));
        });
        return String.join("\n", lines);
    }

    /** Reads the text that {@link #write} wrote. Ignores settings that this version does not know. */
    public static NodeConfig read(String written) {
        if (written.isEmpty()) return STANDARD;
        var all = new EnumMap<NodeConfigField, List<String>>(NodeConfigField.class);
        for (String line : written.split("\n", -1)) {
            int equals = line.indexOf('=');
            var name = equals < 0 ? line : line.substring(0, equals);
            for (NodeConfigField field : NodeConfigField.values()) if (field.name().equals(name)) {
                var values = all.computeIfAbsent(field, _ -> new ArrayList<>());
                if (equals >= 0) values.add(unescaped(line.substring(equals + 1)));
            }
        }
        return new NodeConfig(Collections.unmodifiableMap(all));
    }

    private static String unescaped(String value) {
        if (value.indexOf('\\') < 0) return value;
        var out = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c != '\\' || i + 1 == value.length()) out.append(c);
            else out.append(value.charAt(++i) == 'n' ? '\n' : value.charAt(i));
        }
        return out.toString();
    }

    @Override public boolean equals(Object o) { return o instanceof NodeConfig other && changed.equals(other.changed); }

    @Override public int hashCode() { return changed.hashCode(); }

    @Override public String toString() { return write(); }
}
