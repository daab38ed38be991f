package im.martlet.extension;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Holds the hooks at each {@link ChainPoint}, in their order. The kernel fills it at start and then only reads it. */
final class Chain {
    /** One extension's hook at one point. */
    record Step<T extends Hook>(Extension owner, T hook) {
        /** Returns the extension's simple class name. */
        String name() { return owner.getClass().getSimpleName(); }
    }

    private final Map<ChainPoint, List<Step<?>>> steps = new EnumMap<>(ChainPoint.class);

    void add(ChainPoint point, Extension owner, Hook hook) {
        steps.computeIfAbsent(point, _ -> new ArrayList<>()).add(new Step<>(owner, hook));
    }

    /** Returns the steps at a point, in their order. */
    <T extends Hook> List<Step<T>> at(ChainPoint point, Class<T> type) {
        return sorted(point).stream().map(step -> new Step<>(step.owner, type.cast(step.hook))).toList();
    }

    /** Returns the class names of the extensions at a point, in their order. */
    List<String> names(ChainPoint point) {
        return sorted(point).stream().map(Step::name).toList();
    }

    private List<Step<?>> sorted(ChainPoint point) {
        return steps.getOrDefault(point, List.of())
                .stream()
                .sorted(Comparator.comparing(Step::owner, point.comparator()))
                .toList();
    }
}
