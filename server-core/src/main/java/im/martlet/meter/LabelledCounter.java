package im.martlet.meter;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts events by the values of some labels. There must be few different values. Any thread. */
public final class LabelledCounter {
    private final ConcurrentHashMap<List<String>, LongAdder> counts = new ConcurrentHashMap<>();

    public void add(String... labels) { counts.computeIfAbsent(List.of(labels), _ -> new LongAdder()).increment(); }

    public Meter meter(String name, String help, String... labels) {
        return new Meter(name, help, Meter.Kind.COUNTER, List.of(labels), this::samples);
    }

    private List<Meter.Sample> samples() {
        return counts.entrySet().stream().map(e -> new Meter.Sample(e.getKey(), e.getValue().sum())).toList();
    }
}
