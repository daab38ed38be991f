package im.martlet.meter;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A number for {@code /metrics}. It is read for each request.
 *
 * @param name the name in Prometheus's form, without the suffix of a unit or counter: {@code martlet_stanzas}
 * @param help a description of a few words
 * @param labels the names of the labels; each has few values, and a stranger cannot choose them
 * @param samples returns the current values; called for each request, on any thread; may read the database
 */
public record Meter(String name, String help, Kind kind, List<String> labels, Supplier<List<Sample>> samples) {
    public enum Kind {
        /** A current value. */
        GAUGE,
        /** A count since the start of the server. It only grows. */
        COUNTER
    }

    /** @param labels the values of the labels, in the order of {@link Meter#labels} */
    public record Sample(List<String> labels, double value) {}

    public Meter {
        if (!name.matches("martlet_[a-z0-9_]+"))
            throw new IllegalArgumentException(
                    "'" + name + "' is not a valid name for a meter: it must be martlet_ and lower-case letters");
        labels = List.copyOf(labels);
    }

    /** Returns a gauge with a single value. */
    public static Meter gauge(String name, String help, Supplier<? extends Number> value) {
        return new Meter(name, help, Kind.GAUGE, List.of(), one(value));
    }

    /** Returns a counter with a single value. */
    public static Meter counter(String name, String help, Supplier<? extends Number> value) {
        return new Meter(name, help, Kind.COUNTER, List.of(), one(value));
    }

    /** Returns a gauge with one value for each value of a label. */
    public static Meter gauges(String name, String help, String label,
            Supplier<? extends Map<String, ? extends Number>> values) {
        return new Meter(name, help, Kind.GAUGE, List.of(label), () -> values.get().entrySet().stream()
                .map(e -> new Sample(List.of(e.getKey()), e.getValue().doubleValue())).toList());
    }

    private static Supplier<List<Sample>> one(Supplier<? extends Number> value) {
        return () -> List.of(new Sample(List.of(), value.get().doubleValue()));
    }

    /**
     * Counts how often each value occurs.
     *
     * @param all values that are in the result even if they do not occur
     */
    public static Map<String, Long> census(List<String> all, Iterable<String> each) {
        var counted = new LinkedHashMap<String, Long>();
        all.forEach(value -> counted.put(value, 0L));
        each.forEach(value -> counted.merge(value, 1L, Long::sum));
        return counted;
    }
}
