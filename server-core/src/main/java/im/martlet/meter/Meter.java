package im.martlet.meter;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Something that is counted or measured, and read when somebody asks.
 *
 * @param name in Prometheus's form, without a unit's or counter's suffix: {@code martlet_stanzas}
 * @param help what it is, in a few words
 * @param labels names of labels; each has few values, none of which a stranger can choose
 * @param samples asked each time, on any thread; may look into the database
 */
public record Meter(String name, String help, Kind kind, List<String> labels, Supplier<List<Sample>> samples) {
    public enum Kind {
        /** What there is at the moment. */
        GAUGE,
        /** What there has been since the server started: it only grows. */
        COUNTER
    }

    /** @param labels values, as many as the meter has names */
    public record Sample(List<String> labels, double value) {}

    public Meter {
        if (!name.matches("martlet_[a-z0-9_]+"))
            throw new IllegalArgumentException("'" + name + "' is no name for a meter");
        labels = List.copyOf(labels);
    }

    /** One number. */
    public static Meter gauge(String name, String help, Supplier<? extends Number> value) {
        return new Meter(name, help, Kind.GAUGE, List.of(), one(value));
    }

    /** One number that only grows. */
    public static Meter counter(String name, String help, Supplier<? extends Number> value) {
        return new Meter(name, help, Kind.COUNTER, List.of(), one(value));
    }

    /** Numbers by the value of one label. */
    public static Meter gauges(String name, String help, String label,
            Supplier<? extends Map<String, ? extends Number>> values) {
        return new Meter(name, help, Kind.GAUGE, List.of(label), () -> values.get().entrySet().stream()
                .map(e -> new Sample(List.of(e.getKey()), e.getValue().doubleValue())).toList());
    }

    private static Supplier<List<Sample>> one(Supplier<? extends Number> value) {
        return () -> List.of(new Sample(List.of(), value.get().doubleValue()));
    }

    /** How many there are of each. @param all values that are to be shown even if there are none */
    public static Map<String, Long> census(List<String> all, Iterable<String> each) {
        var counted = new LinkedHashMap<String, Long>();
        all.forEach(value -> counted.put(value, 0L));
        each.forEach(value -> counted.merge(value, 1L, Long::sum));
        return counted;
    }
}
